import { Skeleton } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';

import styles from './compare.module.css';
import type { DocumentDetail } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { compareVersions, type PagePair, type Piece } from '../model/compare.ts';
import { t } from '../words/words.ts';
import { Modal } from '../parts/modal.tsx';

type Props = { document: DocumentDetail; before: number; after: number; onClose: () => void };

/** What is different between the texts of two versions, page by page: what went is struck out, what came is marked. */
export function Compare({ document, before, after, onClose }: Props) {
  return (
    <Modal
      opened
      onClose={onClose}
      size="min(900px, 96vw)"
      title={t('Version {before} and version {after}', { before, after })}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <Texts document={document} numbers={[before, after]} />
    </Modal>
  );
}

function Texts({ document, numbers }: { document: DocumentDetail; numbers: readonly [number, number] }) {
  const { api } = useSurroundings();
  const [older, newer] = useQueries({
    queries: numbers.map((number) => ({
      queryKey: ['version-text', document.id, number],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.versionText(document.id, number, signal),
      staleTime: Infinity,
    })),
  });
  const beforePages = older?.data?.pages;
  const afterPages = newer?.data?.pages;
  const comparison = useMemo(
    () =>
      beforePages === undefined || afterPages === undefined ? null : compareVersions(beforePages, afterPages),
    [beforePages, afterPages],
  );
  const failure = older?.error ?? newer?.error ?? null;
  if (failure !== null)
    return (
      <p role="alert">{t('The texts could not be compared. {message}', { message: failure.message })}</p>
    );
  if (comparison === null) return <Skeleton height={240} aria-label={t('Comparing')} />;
  const { pairs, changedCount } = comparison;
  const isPart = older?.data?.isAll === false || newer?.data?.isAll === false;
  return (
    <div className={styles['compare']}>
      <p className={styles['summary']} role="status">
        {changedCount === 0
          ? t('Their text is the same. Pictures, colours and layout are not compared.')
          : t('{count, plural, one {Different on 1 page.} other {Different on # pages.}}', {
              count: changedCount,
            })}
        {isPart && ` ${t('Only the first pages were compared: there is more text than fits.')}`}
      </p>
      {pairs
        .filter(({ pieces }) => pieces.length > 0)
        .map((pair) => (
          <section key={`${pair.before}-${pair.after}`} aria-label={nameOf(pair)}>
            <h3>{nameOf(pair)}</h3>
            <p className={styles['text']} dir="auto">
              {shortened(pair.pieces).map((piece, index) => (
                <Part key={index} piece={piece} />
              ))}
            </p>
          </section>
        ))}
    </div>
  );
}

function Part({ piece: { kind, text } }: { piece: Piece }) {
  if (kind === 'added') return <ins>{text}</ins>;
  return kind === 'removed' ? <del>{text}</del> : text;
}

function nameOf({ before, after }: PagePair): string {
  if (before === null) return t('Page {after}, new', { after });
  if (after === null) return t('Page {before}, gone', { before });
  return before === after
    ? t('Page {after}', { after })
    : t('Page {after} (was {before})', { after, before });
}

const around = 160;

/** Long stretches without a change are left out but for what is around the changes. */
function shortened(pieces: readonly Piece[]): Piece[] {
  return pieces.map((piece) =>
    piece.kind !== 'same' || piece.text.length <= 3 * around
      ? piece
      : { ...piece, text: `${piece.text.slice(0, around)} … ${piece.text.slice(-around)}` },
  );
}
