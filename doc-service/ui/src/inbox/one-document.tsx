import { ActionIcon, Button, Checkbox } from '@mantine/core';
import { IconCheck, IconPencil, IconPlayerTrackNext, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';

import type { DocumentKeys } from './inbox-keys.ts';
import styles from './inbox.module.css';
import type { InboxItem, Proposal, ProposalField, Values } from '../api/suggestions.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { Link } from '../context/link.tsx';
import { usedWords } from '../model/format.ts';
import { wholeLibrary } from '../model/location.ts';
import { fieldName, typedValue, valueWords } from '../model/proposals.ts';
import { NoPicture, PagePicture } from '../parts/page-picture.tsx';
import { ProposalLine } from '../parts/proposal-line.tsx';
import { t } from '../words/words.ts';

type Props = {
  item: InboxItem;
  onKeys: (does: DocumentKeys | null) => void;
  onConfirm: (values: Values) => Promise<boolean>;
  onReject: (fields: readonly ProposalField[]) => Promise<boolean>;
  /** Null where there is no next one. */
  onSkip: (() => void) | null;
};

/** The page on the left, its proposals on the right; those without a tick stay for later. */
export function OneDocument({ item, onKeys, onConfirm, onReject, onSkip }: Props) {
  const { id, title, filename, category, pages, proposals, used } = item;
  const { reader } = useSurroundings();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [typed, setTyped] = useState<Readonly<Record<string, string>> | null>(null);
  const [isSaving, setSaving] = useState(false);
  const list = useRef<HTMLUListElement>(null);
  const chosen = proposals.filter(({ field }) => !left.has(field));

  const save = async (work: () => Promise<boolean>): Promise<void> => {
    if (isSaving || chosen.length === 0) return;
    setSaving(true);
    await work();
    setSaving(false);
    setTyped(null);
  };
  const accept = () => void save(() => onConfirm(valuesOf(chosen, typed ?? {})));
  const reject = () => void save(() => onReject(chosen.map(({ field }) => field)));
  const edit = () =>
    setTyped(
      (before) =>
        before ?? Object.fromEntries(proposals.map(({ field, value }) => [field, valueWords(value)])),
    );
  useEffect(() => {
    onKeys({ accept, edit, reject });
    return () => onKeys(null);
  });
  const isEditing = typed !== null;
  useEffect(() => {
    if (isEditing) list.current?.querySelector('textarea')?.focus();
  }, [isEditing]);

  return (
    <div className={styles['columns']}>
      {/* On a phone it scrolls: by keyboard, too. */}
      <section className={styles['picture']} aria-label={t('First page of {title}', { title })} tabIndex={0}>
        {pages === null ? (
          <NoPicture />
        ) : (
          <PagePicture id={id} page={1} widthPx={640} alt={t('First page of {title}', { title })} />
        )}
      </section>
      <section aria-label={t('Proposals for {title}', { title })}>
        <h2 className={styles['name']}>
          <Link to={{ view: 'document', id, list: wholeLibrary }}>{title}</Link>
        </h2>
        <p className={styles['place']}>
          {category === null ? t('In no folder') : t('In {path}', { path: category })} · {filename}
          {used.tokens > 0 && ` · ${t('the model used {used}', { used: usedWords(used, reader) })}`}
        </p>
        <ul ref={list} className={styles['lines']}>
          {proposals.map((proposal) => (
            <ProposalLine
              key={proposal.field}
              proposal={proposal}
              typed={typed?.[proposal.field] ?? null}
              onEnter={accept}
              onEscape={() => setTyped(null)}
              onTyped={(text) => setTyped((before) => ({ ...before, [proposal.field]: text }))}
            >
              <Checkbox
                aria-label={t('{field}: decide now', { field: fieldName(proposal.field) })}
                checked={!left.has(proposal.field)}
                onChange={() => setLeft((before) => toggled(before, proposal.field))}
              />
            </ProposalLine>
          ))}
        </ul>
        <div className={styles['actions']}>
          <Button
            leftSection={<IconCheck size={16} aria-hidden />}
            disabled={chosen.length === 0}
            loading={isSaving}
            onClick={accept}
          >
            {isEditing ? t('Accept as edited') : t('Accept')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconPencil size={16} aria-hidden />}
            onClick={isEditing ? () => setTyped(null) : edit}
          >
            {isEditing ? t('Stop editing') : t('Edit')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconX size={16} aria-hidden />}
            disabled={chosen.length === 0 || isSaving}
            onClick={reject}
          >
            {t('Reject')}
          </Button>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t('Leave it for later')}
            disabled={onSkip === null}
            onClick={() => onSkip?.()}
          >
            <IconPlayerTrackNext size={16} />
          </ActionIcon>
        </div>
      </section>
    </div>
  );
}

function valuesOf(chosen: readonly Proposal[], typed: Readonly<Record<string, string>>): Values {
  return Object.fromEntries(
    chosen.map(({ field, value }) => {
      const text = typed[field];
      return [field, text === undefined || text === valueWords(value) ? value : typedValue(field, text)];
    }),
  );
}

function toggled(before: ReadonlySet<string>, field: string): ReadonlySet<string> {
  const next = new Set(before);
  if (!next.delete(field)) next.add(field);
  return next;
}
