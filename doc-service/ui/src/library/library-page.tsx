import { ActionIcon, NativeSelect } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconFolders } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';

import { FolderDrawer } from './dialogs.ts';
import { FilterBar } from './filter-bar.tsx';
import { FolderTree } from './folder-tree.tsx';
import { Found } from './found-list.tsx';
import styles from './library-page.module.css';
import { RowsSkeleton } from './list-states.tsx';
import { useFirstView } from './use-views.ts';
import { ViewsMenu } from './views-menu.tsx';
import { SearchBox } from './search-box.tsx';
import { sortNames, StatusChips } from './status-chips.tsx';
import { useKeys, useSurroundings, useTitle } from '../context/app-context.tsx';
import { useFreshLists } from '../context/archive-status.ts';
import { effectiveSort, sortOrders, type ListState } from '../model/location.ts';
import { Answer } from '../parts/answer.tsx';
import { msg, t } from '../words/words.ts';

const keys = [
  { keys: '/', does: msg('Search documents') },
  { keys: 'J K', does: msg('Next and previous document') },
  { keys: 'Enter', does: msg('Open the document') },
  { keys: 'X', does: msg('Select the document, with Shift all up to it') },
  { keys: 'T', does: msg('Tags of the selected documents') },
  { keys: '#', does: msg('Move the selected documents to the trash') },
  { keys: 'Z', does: msg('Undo') },
  { keys: 'Esc', does: msg('Select nothing') },
];

export function LibraryPage({ list }: { list: ListState }) {
  const { api, go } = useSurroundings();
  const narrow = useMediaQuery('(max-width: 860px)', window.matchMedia('(max-width: 860px)').matches);
  /** `null`: not opened yet, and not fetched. */
  const [drawer, setDrawer] = useState<boolean | null>(null);
  const top = useRef<HTMLDivElement>(null);
  useTitle(
    list.query === ''
      ? (list.category ?? (list.isTrash ? t('Trash') : t('Library')))
      : t('Search: {query}', { query: list.query }),
  );
  useKeys(keys);
  useFreshLists();
  useFirstView(list);

  const documents = useQuery({
    queryKey: ['documents', list],
    queryFn: ({ signal }) => api.documents(list, signal),
    placeholderData: keepPreviousData,
  });
  const show = (change: Partial<ListState>, how?: 'replace') =>
    go({ view: 'library', list: { ...list, page: 1, ...change } }, how);
  const folders = (
    <FolderTree
      chosen={list.category}
      isTrash={list.isTrash}
      onChoose={(chosen) => {
        setDrawer(false);
        show({ ...chosen, ...(chosen.isTrash ? { status: null } : {}) });
      }}
    />
  );

  return (
    <div className={styles['library']}>
      {narrow ? (
        drawer !== null && (
          <FolderDrawer isOpen={drawer} onClose={() => setDrawer(false)}>
            {folders}
          </FolderDrawer>
        )
      ) : (
        <aside className={styles['side']} aria-label={t('Folders')}>
          {folders}
        </aside>
      )}
      <main className={styles['main']} ref={top}>
        <div className={styles['tools']}>
          {narrow && (
            <ActionIcon variant="default" size={36} aria-label={t('Folders')} onClick={() => setDrawer(true)}>
              <IconFolders size={18} />
            </ActionIcon>
          )}
          <SearchBox
            list={list}
            onQuery={(query, how) =>
              show({ query, sort: query === '' && list.sort === 'relevance' ? null : list.sort }, how)
            }
          />
          <NativeSelect
            className={styles['sort']}
            aria-label={t('Sort by')}
            value={effectiveSort(list)}
            onChange={({ currentTarget }) =>
              show({ sort: sortOrders.find((order) => order === currentTarget.value) ?? null })
            }
            data={sortOrders
              .filter((order) => order !== 'relevance' || list.query !== '')
              .map((order) => ({ value: order, label: t(sortNames[order]) }))}
          />
          <ViewsMenu list={list} />
        </div>
        {list.isTrash ? (
          <p className={styles['trashNote']}>
            {t(
              'Documents in the trash are in no list and no search. Their files in the folder ' +
                'are not touched.',
            )}
          </p>
        ) : (
          <StatusChips chosen={list.status} onChoose={(status) => show({ status })} />
        )}
        <FilterBar list={list} onList={show} />
        <Answer query={documents} what={t('the documents')} skeleton={<RowsSkeleton />}>
          {(found) => <Found found={found} list={list} scroller={top} onList={show} />}
        </Answer>
      </main>
    </div>
  );
}
