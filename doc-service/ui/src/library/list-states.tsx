import { Button, EmptyState, Skeleton } from '@mantine/core';
import { IconInbox, IconSearchOff, IconTrash } from '@tabler/icons-react';

import styles from './list-states.module.css';
import type { DocumentList } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { useArchiveStatus } from '../context/archive-status.ts';
import { formatCount } from '../model/format.ts';
import { isFiltered, wholeLibrary, type ListState } from '../model/location.ts';
import { Words } from '../words/with-parts.tsx';
import { msg, t } from '../words/words.ts';

/** What the search made of the query, where that is not what was typed. */
export function QueryNotes({ found, list }: { found: DocumentList; list: ListState }) {
  const { reader } = useSurroundings();
  const { rankedNewest } = found;
  if (found.notes.length + found.similar.length === 0 && rankedNewest === null) return null;
  return (
    <ul className={styles['notes']} role="status">
      {found.notes.map(({ word, detail }) => (
        <li key={word}>
          <Words text={msg('<word/> {detail}.')} values={{ detail }} parts={{ word: <code>{word}</code> }} />
        </li>
      ))}
      {found.similar.map(({ word, found: others }) => (
        <li key={word}>
          <Words
            text={msg('Nothing holds <word/> as a word. Shown are parts of words and similar ones: {others}')}
            values={{ others: `${others.slice(0, 6).join(', ')}${others.length > 6 ? ' …' : ''}` }}
            parts={{ word: <code>{word}</code> }}
          />
        </li>
      ))}
      {rankedNewest !== null && (
        <li>
          {list.sort === null || list.sort === 'relevance'
            ? t(
                'Many documents hold this. The newest {count} are in the order of how well ' +
                  'they fit, together with all whose title, file name or folder holds it. More ' +
                  'words find older ones.',
                { count: formatCount(rankedNewest, reader) },
              )
            : t(
                'Many documents hold this. The newest {count} are in this order. More words find older ones.',
                { count: formatCount(rankedNewest, reader) },
              )}
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
        title={t('No documents yet')}
        description={t('Drop a PDF into the watched folder or here.')}
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
        title={
          list.query === '' ? t('Nothing here') : t('Nothing found for “{query}”', { query: list.query })
        }
        description={
          inFolder
            ? t('The folder, the status or a filter narrows what is shown.')
            : t('Try fewer or other words; the ? in the search box shows what it understands.')
        }
      >
        <EmptyState.Actions>
          {inFolder && list.query !== '' && (
            <Button
              variant="default"
              onClick={() => go({ view: 'library', list: { ...wholeLibrary, query: list.query } })}
            >
              {t('Search everywhere')}
            </Button>
          )}
          <Button variant="default" onClick={() => go({ view: 'library', list: wholeLibrary })}>
            {t('Show all documents')}
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
        title={t('The trash is empty')}
        description={t('Documents that are moved to the trash wait here. They can be restored at any time.')}
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
