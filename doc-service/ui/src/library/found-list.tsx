import { ActionIcon, Pagination } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconLayoutGrid, IconList } from '@tabler/icons-react';
import { useState } from 'react';

import type { Opened } from './bulk-bar.tsx';
import { BulkBar } from './dialogs.ts';
import { DocumentCards } from './document-cards.tsx';
import { DocumentGrid } from './document-grid.tsx';
import { DocumentTable } from './document-table.tsx';
import styles from './library.module.css';
import { NoDocuments, NoHits, QueryNotes } from './list-states.tsx';
import { columnsOf } from './columns.ts';
import { useViews } from './use-views.ts';
import { useBulk } from './use-bulk.ts';
import { SelectionContext } from './row-select.tsx';
import { useSelection, type ListSelection } from './selection.ts';
import type { DocumentList } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { useShortcuts } from '../context/shortcuts.ts';
import { counted } from '../model/format.ts';
import { isNarrowed, type ListState } from '../model/location.ts';

const phone = '(max-width: 640px)';

type Props = { found: DocumentList; list: ListState; onList: (change: Partial<ListState>) => void };

/** The documents of a list, what is selected of them, and what can be done with it. */
export function Found({ found, list, onList }: Props) {
  const small = useMediaQuery(phone, window.matchMedia(phone).matches);
  const pages = Math.ceil(found.total / found.pageSize);
  const selection = useSelection(list, found.items, found.total);
  const [opened, setOpened] = useState<Opened>(null);
  const apply = useBulk(selection);
  const settings = useViews().data?.settings;
  useListKeys(selection, {
    t: () => setOpened('tags'),
    '#': (one) => !list.isTrash && apply({ trash: true }, 'moved to the trash', one),
  });

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
  const shared = { items: found.items, list };
  const asList = small ? (
    <DocumentCards {...shared} />
  ) : (
    <DocumentTable
      {...shared}
      columns={columnsOf(settings?.columns ?? null)}
      isDense={settings?.isDense === true}
      onSort={(sort) => onList({ sort })}
    />
  );
  return (
    <SelectionContext value={selection}>
      <QueryNotes found={found} />
      <ListHead found={found} list={list} onLayout={(layout) => onList({ layout, page: list.page })} />
      {list.layout === 'grid' ? <DocumentGrid {...shared} /> : asList}
      {pages > 1 && (
        <nav className={styles['paging']} aria-label="Pages of the list">
          <Pagination
            total={pages}
            value={Math.min(list.page, pages)}
            onChange={(page) => onList({ page })}
            siblings={small ? 0 : 1}
            getItemProps={(page) => ({ 'aria-label': `Page ${page}` })}
            getControlProps={(control) => ({ 'aria-label': controlNames[control] })}
          />
        </nav>
      )}
      {selection.count > 0 && (
        <BulkBar
          selection={selection}
          items={found.items}
          total={found.total}
          isTotalExact={found.isTotalExact}
          isTrash={list.isTrash}
          opened={opened}
          onOpen={setOpened}
        />
      )}
    </SelectionContext>
  );
}

const controlNames = { previous: 'Previous page', next: 'Next page', first: 'First page', last: 'Last page' };

type HeadProps = { found: DocumentList; list: ListState; onLayout: (layout: ListState['layout']) => void };

function ListHead({ found, list, onLayout }: HeadProps) {
  const { reader } = useSurroundings();
  const layouts = [
    { layout: 'table', name: 'As a list', icon: <IconList size={17} /> },
    { layout: 'grid', name: 'As pictures', icon: <IconLayoutGrid size={17} /> },
  ] as const;
  return (
    <div className={styles['listHead']}>
      <p className={styles['total']} role="status">
        {!found.isTotalExact && 'More than '}
        {counted(found.total, 'document', 'documents', reader)}
        {list.category !== null && ` in ${list.category}`}
        {list.isTrash && ' in the trash'}
      </p>
      <ActionIcon.Group role="group" aria-label="Layout">
        {layouts.map(({ layout, name, icon }) => (
          <ActionIcon
            key={layout}
            variant={list.layout === layout ? 'light' : 'default'}
            size={30}
            aria-label={name}
            aria-pressed={list.layout === layout}
            onClick={() => onLayout(layout)}
          >
            {icon}
          </ActionIcon>
        ))}
      </ActionIcon.Group>
    </div>
  );
}

type Acts = { t: () => void; '#': (one?: string) => void };

/** `j` and `k` go from document to document, `x` selects. Where nothing is selected, `t` and `#` are for the focused one. */
function useListKeys(selection: ListSelection, acts: Acts): void {
  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    x: () => withFocused((id) => selection.turn(id, false)),
    X: () => withFocused((id) => selection.turn(id, true)),
    t: (event) => {
      event.preventDefault();
      if (selection.count === 0) withFocused((id) => selection.turn(id, false));
      acts.t();
    },
    '#': () => (selection.count === 0 ? withFocused(acts['#']) : acts['#']()),
    Escape: selection.clear,
  });
}

/** Runs it with the focused document, where that may be changed. */
function withFocused(run: (id: string) => void): void {
  const row = focusedRow();
  const id = row?.dataset['document'];
  if (id !== undefined && row?.querySelector('input[type=checkbox]') != null) run(id);
}

function focusedRow(): HTMLElement | null {
  return window.document.activeElement?.closest<HTMLElement>('[data-document]') ?? null;
}

function step(by: 1 | -1): void {
  const rows = [...window.document.querySelectorAll<HTMLElement>('[data-document]')];
  const row = focusedRow();
  const outside = by === 1 ? -1 : rows.length;
  const at = row === null ? outside : rows.indexOf(row);
  const link = rows[at + by]?.querySelector<HTMLElement>('[data-opens]');
  link?.focus();
  link?.scrollIntoView({ block: 'nearest' });
}
