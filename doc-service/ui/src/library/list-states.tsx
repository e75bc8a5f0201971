import { Button, EmptyState, Skeleton } from '@mantine/core';
import { IconInbox, IconSearchOff, IconTrash } from '@tabler/icons-react';

import styles from './library.module.css';
import type { DocumentList } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { useArchiveStatus } from '../context/archive-status.ts';
import { formatCount } from '../model/format.ts';
import { isFiltered, wholeLibrary, type ListState } from '../model/location.ts';

/** What the search made of the query, where that is not what was typed. */
export function QueryNotes({ found }: { found: DocumentList }) {
  const { reader } = useSurroundings();
  const { rankedNewest } = found;
  if (found.notes.length + found.similar.length === 0 && rankedNewest === null) return null;
  return (
    <ul className={styles['notes']} role="status">
      {found.notes.map(({ word, detail }) => (
        <li key={word}>
          <code>{word}</code> {detail}.
        </li>
      ))}
      {found.similar.map(({ word, found: others }) => (
        <li key={word}>
          Nothing holds <code>{word}</code> as a word. Shown are parts of words and similar ones:{' '}
          {others.slice(0, 6).join(', ')}
          {others.length > 6 && ' …'}
        </li>
      ))}
      {rankedNewest !== null && (
        <li>
          Many documents hold this. The newest {formatCount(rankedNewest, reader)} are in the order of how
          well they fit, together with all whose title, file name or folder holds it. More words find older
          ones.
        </li>
      )}
    </ul>
  );
}

export function NoDocuments() {
  const { data } = useArchiveStatus();
  return (
    <div className={styles['state']}>
      <EmptyState
        icon={<IconInbox />}
        title="No documents yet"
        description="Drop a PDF into the watched folder or here."
      >
        {data?.watchPath != null && <code className={styles['path']}>{data.watchPath}</code>}
      </EmptyState>
    </div>
  );
}

export function NoHits({ list }: { list: ListState }) {
  const { go } = useSurroundings();
  const inFolder = list.category !== null || list.status !== null || isFiltered(list);
  if (list.isTrash && list.query === '' && !inFolder) return <EmptyTrash />;
  return (
    <div className={styles['state']}>
      <EmptyState
        icon={<IconSearchOff />}
        title={list.query === '' ? 'Nothing here' : `Nothing found for “${list.query}”`}
        description={
          inFolder
            ? 'The folder, the status or a filter narrows what is shown.'
            : 'Try fewer or other words; the ? in the search box shows what it understands.'
        }
      >
        <EmptyState.Actions>
          {inFolder && list.query !== '' && (
            <Button
              variant="default"
              onClick={() => go({ view: 'library', list: { ...wholeLibrary, query: list.query } })}
            >
              Search everywhere
            </Button>
          )}
          <Button variant="default" onClick={() => go({ view: 'library', list: wholeLibrary })}>
            Show all documents
          </Button>
        </EmptyState.Actions>
      </EmptyState>
    </div>
  );
}

function EmptyTrash() {
  return (
    <div className={styles['state']}>
      <EmptyState
        icon={<IconTrash />}
        title="The trash is empty"
        description="Documents that are moved to the trash wait here. They can be restored at any time."
      />
    </div>
  );
}

export function RowsSkeleton() {
  return (
    <div className={styles['skeleton']}>
      {[70, 45, 60, 52, 66, 40, 58, 48].map((width, index) => (
        <div key={index}>
          <Skeleton width={40} height={52} radius={3} />
          <div>
            <Skeleton height={12} width={`${width}%`} />
            <Skeleton height={10} width={`${width / 2}%`} mt={10} />
          </div>
        </div>
      ))}
    </div>
  );
}
