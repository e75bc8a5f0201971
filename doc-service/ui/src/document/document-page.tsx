import { ActionIcon, Alert, Button, Skeleton, Tabs } from '@mantine/core';
import {
  IconAlertCircle,
  IconArrowLeft,
  IconChevronLeft,
  IconChevronRight,
  IconDownload,
  IconTrash,
  IconTrashOff,
} from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';

import { DocumentFacts } from './document-facts.tsx';
import { DocumentFields } from './document-fields.tsx';
import boxStyles from './boxes.module.css';
import styles from './document-page.module.css';
import { FoundHere } from './found-here.tsx';
import { History } from './history.tsx';
import { Notes } from './notes.tsx';
import { OwnFields } from './own-fields.tsx';
import { Sharing } from './sharing.tsx';
import { Similar } from './similar.tsx';
import { useNeighbours, type Neighbour } from './neighbours.ts';
import { Pages } from './pages.tsx';
import { ProposalChips } from './proposal-chips.tsx';
import { viewerKeyHelp } from './viewer/viewer-keys.ts';
import { saveFile } from '../parts/save-file.ts';
import { TextTab } from './text-tab.tsx';
import { TitleField } from './title-field.tsx';
import { Versions } from './versions.tsx';
import { WhatWasRead } from './what-was-read.tsx';
import { Failure } from '../api/failure.ts';
import type { DocumentDetail, DocumentItem } from '../api/wire.ts';
import { useKeys, useSurroundings, useTitle } from '../context/app-context.tsx';
import { Link } from '../context/link.tsx';
import { useIsLive } from '../context/archive-status.ts';
import { useRetryDocument } from '../context/retry.ts';
import { useShortcuts } from '../context/shortcuts.ts';
import type { ListState } from '../model/location.ts';
import { PasswordButton } from '../parts/password-button.tsx';
import { Answer } from '../parts/answer.tsx';
import { msg, t } from '../words/words.ts';

/** @property page of the document, and what is looked for in it: as the address has them */
type Props = { id: string; list: ListState; page: number | null; find: string | null };

const keys = [
  { keys: 'J →', does: msg('Next document') },
  { keys: 'K ←', does: msg('Previous document') },
  { keys: 'E', does: msg('Edit the title') },
  { keys: 'T', does: msg('Tags') },
  { keys: '#', does: msg('Move to the trash') },
  { keys: 'Z', does: msg('Undo') },
  { keys: 'Esc', does: msg('Back to the list') },
  ...viewerKeyHelp,
];

export function DocumentPage({ id, list, page, find }: Props) {
  const { api, go } = useSurroundings();
  const isLive = useIsLive();
  const document = useQuery({
    queryKey: ['documents', 'one', id],
    queryFn: ({ signal }) => api.document(id, signal),
    refetchInterval: ({ state }) =>
      !isLive &&
      state.data !== undefined &&
      state.data.status !== 'searchable' &&
      state.data.status !== 'stuck'
        ? 1500
        : false,
  });
  const { previous, next, inList } = useNeighbours(id, list);
  useTitle(document.data?.title ?? t('Document'));
  useKeys(keys);

  const open = (to: Neighbour) => to !== null && go({ view: 'document', ...to });
  const stepOn = () => open(next);
  const stepBack = () => open(previous);
  useShortcuts({
    j: stepOn,
    ArrowRight: stepOn,
    k: stepBack,
    ArrowLeft: stepBack,
    Escape: () => go({ view: 'library', list }),
  });
  const leave = () => (next === null ? go({ view: 'library', list }) : go({ view: 'document', ...next }));

  return (
    <main className={styles['document']}>
      <div className={styles['bar']}>
        <Link className={styles['back']} to={{ view: 'library', list }}>
          <IconArrowLeft size={16} aria-hidden />{' '}
          {list.query === '' ? (list.category ?? t('Library')) : t('Search results')}
        </Link>
        <div className={styles['spring']} />
        <Step to={previous} name={t('Previous document')} icon={<IconChevronLeft size={18} />} />
        <Step to={next} name={t('Next document')} icon={<IconChevronRight size={18} />} />
      </div>
      <Answer query={document} what={t('this document')} skeleton={<DocumentSkeleton />} isFilling>
        {(shown) => (
          <Shown document={shown} list={list} found={inList} page={page} find={find} onGone={leave} />
        )}
      </Answer>
    </main>
  );
}

type ShownProps = {
  document: DocumentDetail;
  list: ListState;
  found: DocumentItem | null;
  page: number | null;
  find: string | null;
  /** The document is not in its list any more. */
  onGone: () => void;
};

function Shown({ document, list, found, page, find, onGone }: ShownProps) {
  const foundPage = list.query === '' ? null : (found?.foundPage ?? null);
  return (
    <div className={styles['columns']}>
      <Tabs className={styles['pages']} defaultValue="pages" variant="pills">
        <Tabs.List className={styles['views']} aria-label={t('How the document is shown')}>
          <Tabs.Tab value="pages">{t('Pages')}</Tabs.Tab>
          <Tabs.Tab value="text">{t('Text')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel className={styles['view']} value="pages">
          <Pages document={document} list={list} page={page} find={find} firstPage={foundPage ?? 1} />
        </Tabs.Panel>
        <Tabs.Panel className={styles['textView']} value="text">
          <TextTab document={document} />
        </Tabs.Panel>
      </Tabs>
      <div className={styles['about']}>
        <div className={styles['first']}>
          <TitleField document={document} />
          <Actions document={document} onGone={onGone} />
          {document.status === 'stuck' && <Stuck document={document} />}
          {list.query !== '' && <FoundHere id={document.id} list={list} found={found} />}
          <ProposalChips document={document} />
        </div>
        <div className={styles['rest']}>
          <DocumentFields document={document} />
          <OwnFields document={document} />
          <Similar document={document} />
          <DocumentFacts document={document} />
          <WhatWasRead document={document} />
          <Sharing document={document} />
          <Notes document={document} />
          <Versions document={document} />
          <History history={document.history} />
        </div>
      </div>
    </div>
  );
}

function Actions({ document, onGone }: { document: DocumentDetail; onGone: () => void }) {
  const { api, edits } = useSurroundings();
  const download = useMutation({
    mutationFn: async () => saveFile(await api.download(document.id), document.filename),
  });
  const { isTrashed } = document;
  const trash = () => {
    const done = () =>
      isTrashed
        ? t('“{title}” is back.', { title: document.title })
        : t('“{title}” is in the trash.', { title: document.title });
    void edits.bulk({ ids: [document.id] }, { trash: !isTrashed }, done);
    onGone();
  };
  useShortcuts({ '#': () => document.mayEdit && !isTrashed && trash() });
  return (
    <>
      {isTrashed && (
        <Alert color="gray" variant="light" icon={<IconTrash />} title={t('This document is in the trash')}>
          {t('It is in no list and no search. The file itself was not touched.')}
        </Alert>
      )}
      <div className={styles['actions']}>
        <Button
          leftSection={<IconDownload size={16} aria-hidden />}
          variant="default"
          loading={download.isPending}
          disabled={document.sha256 === null}
          onClick={() => download.mutate()}
        >
          {t('Download')}
        </Button>
        {document.mayEdit && (
          <Button
            leftSection={
              isTrashed ? <IconTrashOff size={16} aria-hidden /> : <IconTrash size={16} aria-hidden />
            }
            variant="default"
            onClick={trash}
          >
            {isTrashed ? t('Restore') : t('Trash')}
          </Button>
        )}
      </div>
      {download.error !== null && (
        <p className={boxStyles['bad']} role="alert">
          {download.error instanceof Failure
            ? t('The download did not work. {message}', { message: download.error.message })
            : t('The download did not work.')}
        </p>
      )}
    </>
  );
}

function Stuck({ document }: { document: DocumentDetail }) {
  const retry = useRetryDocument();
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertCircle />}
      title={t('This document is stuck')}
      classNames={{ title: styles['alertTitle'] ?? '' }}
    >
      <p className={styles['reason']}>{document.error ?? t('It could not be read.')}</p>
      <p className={styles['reason']}>{t('The file is where it was, and safe.')}</p>
      <Button
        size="compact-sm"
        variant="default"
        loading={retry.isPending}
        onClick={() => retry.mutate({ id: document.id })}
      >
        {t('Retry')}
      </Button>{' '}
      {document.isEncrypted && <PasswordButton id={document.id} title={document.title} />}
      {retry.error !== null && <p role="alert">{retry.error.message}</p>}
    </Alert>
  );
}

function Step({ to, name, icon }: { to: Neighbour; name: string; icon: React.ReactNode }) {
  const { go } = useSurroundings();
  return (
    <ActionIcon
      variant="default"
      size={32}
      aria-label={name}
      disabled={to === null}
      onClick={() => to !== null && go({ view: 'document', ...to })}
    >
      {icon}
    </ActionIcon>
  );
}

function DocumentSkeleton() {
  return (
    <div className={styles['columns']}>
      <div className={styles['pages']}>
        <Skeleton height={720} maw={820} mx="auto" radius={3} />
      </div>
      <div className={styles['about']}>
        <Skeleton height={24} width="80%" />
        <Skeleton height={36} width={130} mt={8} />
        <Skeleton height={180} mt={16} />
      </div>
    </div>
  );
}
