import { ActionIcon, Button, Drawer, EmptyState, NativeSelect, Pagination, Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconFolders, IconInbox, IconSearchOff } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { DocumentCards } from './document-cards.tsx';
import { DocumentTable } from './document-table.tsx';
import { FolderTree } from './folder-tree.tsx';
import styles from './library.module.css';
import { SearchBox } from './search-box.tsx';
import { sortNames, StatusChips } from './status-chips.tsx';
import { useArchiveStatus, useFreshLists } from '../context/archive-status.ts';
import type { DocumentList } from '../api/wire.ts';
import { useKeys, useSurroundings, useTitle } from '../context/app-context.tsx';
import { effectiveSort, isNarrowed, sortOrders, wholeLibrary, type ListState } from '../model/location.ts';
import { Answer } from '../parts/answer.tsx';
import { counted } from '../model/format.ts';

export const phone = '(max-width: 640px)';
const keys = [{ keys: '/', does: 'Search documents' }];

export function LibraryPage({ list }: { list: ListState }) {
  const { api, go } = useSurroundings();
  const narrow = useMediaQuery('(max-width: 860px)', window.matchMedia('(max-width: 860px)').matches);
  const [drawer, setDrawer] = useState(false);
  const top = useRef<HTMLDivElement>(null);
  useTitle(list.query === '' ? (list.category ?? 'Library') : `Search: ${list.query}`);
  useKeys(keys);
  useFreshLists();

  const documents = useQuery({ queryKey: ['documents', list], queryFn: ({ signal }) => api.documents(list, signal), placeholderData: keepPreviousData });
  const show = (change: Partial<ListState>, how?: 'replace') => go({ view: 'library', list: { ...list, page: 1, ...change } }, how);
  useEffect(() => {
    top.current?.scrollTo(0, 0);
  }, [list]);

  const folders = (
    <FolderTree
      chosen={list.category}
      onChoose={(category) => {
        setDrawer(false);
        show({ category });
      }}
    />
  );

  return (
    <div className={styles['library']}>
      {narrow ? (
        <Drawer
          opened={drawer}
          onClose={() => setDrawer(false)}
          title="Folders"
          size={300}
          lockScroll={false}
          closeButtonProps={{ 'aria-label': 'Close folders' }}
        >
          {folders}
        </Drawer>
      ) : (
        <aside className={styles['side']} aria-label="Folders">
          {folders}
        </aside>
      )}
      <main className={styles['main']} ref={top}>
        <div className={styles['tools']}>
          {narrow && (
            <ActionIcon variant="default" size={36} aria-label="Folders" onClick={() => setDrawer(true)}>
              <IconFolders size={18} />
            </ActionIcon>
          )}
          <SearchBox query={list.query} onQuery={(query, how) => show({ query, sort: query === '' && list.sort === 'relevance' ? null : list.sort }, how)} />
          <NativeSelect
            className={styles['sort']}
            aria-label="Sort by"
            value={effectiveSort(list)}
            onChange={({ currentTarget }) => show({ sort: sortOrders.find((order) => order === currentTarget.value) ?? null })}
            data={sortOrders.filter((order) => order !== 'relevance' || list.query !== '').map((order) => ({ value: order, label: sortNames[order] }))}
          />
        </div>
        <StatusChips chosen={list.status} onChoose={(status) => show({ status })} />
        <Answer query={documents} what="the documents" skeleton={<RowsSkeleton />}>
          {(found) => <Found found={found} list={list} onList={show} />}
        </Answer>
      </main>
    </div>
  );
}

function Found({ found, list, onList }: { found: DocumentList; list: ListState; onList: (change: Partial<ListState>) => void }) {
  const { reader } = useSurroundings();
  const small = useMediaQuery(phone, window.matchMedia(phone).matches);
  const pages = Math.ceil(found.total / found.pageSize);
  if (found.total === 0) {
    return isNarrowed(list) ? (
      <>
        <QueryNotes found={found} />
        <NoHits list={list} />
      </>
    ) : (
      <NoDocuments />
    );
  }
  return (
    <>
      <QueryNotes found={found} />
      <p className={styles['total']} role="status">
        {!found.isTotalExact && 'More than '}
        {counted(found.total, 'document', 'documents', reader)}
        {list.category !== null && ` in ${list.category}`}
      </p>
      {small ? <DocumentCards items={found.items} list={list} /> : <DocumentTable items={found.items} list={list} onSort={(sort) => onList({ sort })} />}
      {pages > 1 && (
        <nav className={styles['paging']} aria-label="Pages of the list">
          <Pagination
            total={pages}
            value={Math.min(list.page, pages)}
            onChange={(page) => onList({ page })}
            siblings={small ? 0 : 1}
            getItemProps={(page) => ({ 'aria-label': `Page ${page}` })}
            getControlProps={(control) => ({
              'aria-label': control === 'previous' ? 'Previous page' : control === 'next' ? 'Next page' : control === 'first' ? 'First page' : 'Last page',
            })}
          />
        </nav>
      )}
    </>
  );
}

/** What the search made of the query, where that is not what was typed. */
function QueryNotes({ found }: { found: DocumentList }) {
  if (found.notes.length + found.similar.length === 0) return null;
  return (
    <ul className={styles['notes']} role="status">
      {found.notes.map(({ word, detail }) => (
        <li key={word}>
          <code>{word}</code> {detail}.
        </li>
      ))}
      {found.similar.map(({ word, found: others }) => (
        <li key={word}>
          Nothing holds <code>{word}</code> as a word. Shown are parts of words and similar ones: {others.slice(0, 6).join(', ')}
          {others.length > 6 && ' …'}
        </li>
      ))}
    </ul>
  );
}

function NoDocuments() {
  const { data } = useArchiveStatus();
  return (
    <div className={styles['state']}>
      <EmptyState icon={<IconInbox />} title="No documents yet" description="Drop a PDF into the watched folder or here.">
        {data?.watchPath != null && <code className={styles['path']}>{data.watchPath}</code>}
      </EmptyState>
    </div>
  );
}

function NoHits({ list }: { list: ListState }) {
  const { go } = useSurroundings();
  const inFolder = list.category !== null || list.status !== null;
  return (
    <div className={styles['state']}>
      <EmptyState
        icon={<IconSearchOff />}
        title={list.query === '' ? 'Nothing here' : `Nothing found for “${list.query}”`}
        description={inFolder ? 'The folder and status narrow what is shown.' : 'Try fewer or other words; the ? in the search box shows what it understands.'}
      >
        <EmptyState.Actions>
          {inFolder && list.query !== '' && (
            <Button variant="default" onClick={() => go({ view: 'library', list: { ...wholeLibrary, query: list.query } })}>
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

function RowsSkeleton() {
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
