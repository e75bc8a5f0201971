import { Button, EmptyState, Kbd, NativeSelect, Skeleton } from '@mantine/core';
import { IconInbox, IconLock } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { BatchButton } from './batch-button.tsx';
import { useInboxKeys } from './inbox-keys.ts';
import styles from './inbox.module.css';
import { ModelNote } from './model-note.tsx';
import { OneDocument } from './one-document.tsx';
import { PrivacyDialog } from './privacy-dialog.tsx';
import type { Inbox, InboxFolder, InboxItem } from '../api/suggestions.ts';
import { useSurroundings, useTitle } from '../context/app-context.tsx';
import { useTellBadges } from '../context/badges.ts';
import { useDecisions } from '../context/decisions.ts';
import { wholeLibrary } from '../model/location.ts';
import { Answer } from '../parts/answer.tsx';
import { t } from '../words/words.ts';

const everything = '*';
const refreshMs = 20_000;
/** So many before the end the next ones are asked for. */
const ahead = 5;

/** What the archive proposes, one document at a time beside its page. A person decides. */
export function InboxPage() {
  const { suggestions } = useSurroundings();
  const [folder, setFolder] = useState<string | null>(null);
  const [isPrivacyOpen, setPrivacyOpen] = useState(false);
  useTitle(t('Inbox'));
  const query = useInfiniteQuery({
    queryKey: ['suggestions', 'inbox', folder],
    queryFn: ({ signal, pageParam }) => suggestions.inbox(folder, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }: Inbox) => next,
    select: ({ pages }) => ({ ...pages[0], items: pages.flatMap(({ items }) => items) }),
    refetchInterval: ({ state }) => (state.data?.pages.length === 1 ? refreshMs : false),
  });
  useTellBadges(folder === null && query.data !== undefined ? `${query.data.total ?? 0} wait` : null);
  const more = (): void => {
    if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
  };

  return (
    <main className={styles['inbox']}>
      <Answer query={query} what={t('the inbox')} skeleton={<InboxSkeleton />}>
        {({ items, total = 0, folders = [], sureFrom = 1, model = null }) => (
          <>
            <div className={styles['bar']}>
              <h1 className={styles['title']}>{t('Inbox')}</h1>
              <FolderSelect folders={folders} folder={folder} onFolder={setFolder} />
              <BatchButton folders={folders} folder={folder} sureFrom={sureFrom} />
              <div className={styles['spring']} />
              <Button
                variant="subtle"
                color="gray"
                leftSection={<IconLock size={16} aria-hidden />}
                onClick={() => setPrivacyOpen(true)}
              >
                {t('Privacy')}
              </Button>
            </div>
            <ModelNote model={model} />
            <Review key={folder} items={items} total={total} onNearEnd={more} />
          </>
        )}
      </Answer>
      {isPrivacyOpen && <PrivacyDialog onClose={() => setPrivacyOpen(false)} />}
    </main>
  );
}

type ReviewProps = { items: readonly InboxItem[]; total: number; onNearEnd: () => void };

function Review({ items, total, onNearEnd }: ReviewProps) {
  const { go } = useSurroundings();
  /** The document that is shown; its place is where it was when it is decided. */
  const [place, setPlace] = useState<{ id: string; at: number }>({ id: '', at: 0 });
  const found = items.findIndex(({ id }) => id === place.id);
  const at = Math.min(found < 0 ? place.at : found, items.length - 1);
  const item = items[at];
  const decisions = useDecisions((id) => id !== null && setPlace({ id, at }));
  const step = (by: 1 | -1): void => {
    const next = items[at + by];
    if (next) setPlace({ id: next.id, at: at + by });
    if (at + by >= items.length - ahead) onNearEnd();
  };
  const onKeys = useInboxKeys({ onNext: () => step(1), onPrevious: () => step(-1) });

  if (item === undefined)
    return (
      <div className={styles['empty']}>
        <EmptyState
          icon={<IconInbox />}
          title={t('Nothing waits for you')}
          description={t(
            'When the archive has a proposal for a document that you may change, it is shown here.',
          )}
        >
          <EmptyState.Actions>
            <Button variant="default" onClick={() => go({ view: 'library', list: wholeLibrary })}>
              {t('Open the library')}
            </Button>
          </EmptyState.Actions>
        </EmptyState>
      </div>
    );
  return (
    <>
      <p className={styles['count']} role="status">
        {total >= 1000
          ? t('{number} of more than {most, number} documents', { number: at + 1, most: 1000 })
          : t('{number} of {count, plural, one {1 document waits} other {# documents wait}}', {
              number: at + 1,
              count: total,
            })}
        <span className={styles['keys']} aria-hidden>
          <Kbd>A</Kbd> {t('accept')} <Kbd>E</Kbd> {t('edit')} <Kbd>R</Kbd> {t('reject')} <Kbd>J</Kbd>{' '}
          <Kbd>K</Kbd> {t('next, previous')} <Kbd>U</Kbd> {t('undo')}
        </span>
      </p>
      <OneDocument
        key={item.id}
        item={item}
        onKeys={onKeys}
        onConfirm={(values) => decisions.confirm(item.id, values)}
        onReject={(fields) => decisions.reject(item.id, fields)}
        onSkip={at + 1 < items.length ? () => step(1) : null}
      />
    </>
  );
}

type SelectProps = {
  folders: readonly InboxFolder[];
  folder: string | null;
  onFolder: (folder: string | null) => void;
};

function FolderSelect({ folders, folder, onFolder }: SelectProps) {
  const names = folders.map(({ folder: path, count }) => ({
    value: path,
    label: `${path === '' ? t('No folder') : path} (${count})`,
  }));
  const isListed = folder === null || folders.some((one) => one.folder === folder);
  return (
    <NativeSelect
      aria-label={t('Folder')}
      className={styles['folder'] ?? ''}
      value={folder ?? everything}
      data={[
        { value: everything, label: t('All folders') },
        ...names,
        ...(isListed ? [] : [{ value: folder, label: `${folder} (0)` }]),
      ]}
      onChange={({ currentTarget: { value } }) => onFolder(value === everything ? null : value)}
    />
  );
}

function InboxSkeleton() {
  return (
    <div className={styles['columns']}>
      <Skeleton className={styles['picture'] ?? ''} height={560} radius={6} />
      <div>
        <Skeleton height={24} width="70%" />
        <Skeleton height={320} mt={16} />
      </div>
    </div>
  );
}
