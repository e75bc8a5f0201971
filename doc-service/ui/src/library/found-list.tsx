import { ActionIcon } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconLayoutGrid, IconList } from '@tabler/icons-react';
import { useState, type RefObject } from 'react';

import type { Opened } from './bulk-bar.tsx';
import { BulkBar } from './dialogs.ts';
import { DocumentCards } from './document-cards.tsx';
import { DocumentGrid } from './document-grid.tsx';
import { DocumentTable } from './document-table.tsx';
import styles from './found-list.module.css';
import { gridGapPx, useListWindow } from './list-window.ts';
import { NoDocuments, NoHits, QueryNotes } from './list-states.tsx';
import { columnsOf } from './columns.ts';
import { useViews } from './use-views.ts';
import { useBulk } from './use-bulk.ts';
import { SelectionContext } from './row-select.tsx';
import { useSelection, type ListSelection } from './selection.ts';
import { trashedWords } from './done-words.ts';
import type { DocumentList } from '../api/wire.ts';
import { useShortcuts } from '../context/shortcuts.ts';
import { isNarrowed, type ListState } from '../model/location.ts';
import { t } from '../words/words.ts';

const phone = '(max-width: 640px)';

/** Heights are a first guess: each line is measured once it is drawn. */
const shapes = {
  table: { linePx: 74, minTilePx: null, gapPx: 0, headPx: 36 },
  dense: { linePx: 38, minTilePx: null, gapPx: 0, headPx: 36 },
  cards: { linePx: 112, minTilePx: null, gapPx: 0, headPx: 0 },
  grid: { linePx: 292, minTilePx: 150, gapPx: gridGapPx, headPx: 0 },
} as const;

type Props = {
  found: DocumentList;
  list: ListState;
  /** What scrolls the list. */
  scroller: RefObject<HTMLElement | null>;
  onList: (change: Partial<ListState>, how?: 'replace') => void;
};

/** The documents of a list, what is selected of them, and what can be done with it. */
export function Found({ found, list, scroller, onList }: Props) {
  const small = useMediaQuery(phone, window.matchMedia(phone).matches);
  const [opened, setOpened] = useState<Opened>(null);
  const settings = useViews().data?.settings;
  const isDense = settings?.isDense === true;
  const asTable = small ? shapes.cards : shapes[isDense ? 'dense' : 'table'];
  const view = useListWindow({
    found,
    list,
    shape: list.layout === 'grid' ? shapes.grid : asTable,
    scroller,
    onPage: (page) => onList({ page }, 'replace'),
  });
  const selection = useSelection(list, view, found.total);
  const apply = useBulk(selection);
  useListKeys(selection, {
    step: view.step,
    t: () => setOpened('tags'),
    '#': (one) => !list.isTrash && apply({ trash: true }, trashedWords, one),
  });

  if (found.total === 0) {
    return isNarrowed(list) ? (
      <>
        <QueryNotes found={found} list={list} />
        <NoHits list={list} />
      </>
    ) : (
      <NoDocuments />
    );
  }
  const asList = small ? (
    <DocumentCards view={view} />
  ) : (
    <DocumentTable
      view={view}
      list={list}
      columns={columnsOf(settings?.columns ?? null)}
      isDense={isDense}
      onSort={(sort) => onList({ sort })}
    />
  );
  return (
    <SelectionContext value={selection}>
      <QueryNotes found={found} list={list} />
      <ListHead found={found} list={list} onLayout={(layout) => onList({ layout, page: list.page })} />
      <div ref={view.holder} onFocus={view.onFocus}>
        {list.layout === 'grid' ? <DocumentGrid view={view} /> : asList}
      </div>
      {selection.count > 0 && (
        <BulkBar
          selection={selection}
          items={view.items}
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

type HeadProps = { found: DocumentList; list: ListState; onLayout: (layout: ListState['layout']) => void };

function totalWords(
  { total: count, isTotalExact }: DocumentList,
  { category: path, isTrash }: ListState,
): string {
  if (isTrash)
    return isTotalExact
      ? t('{count, plural, one {1 document in the trash} other {# documents in the trash}}', { count })
      : t('More than {count, plural, one {1 document} other {# documents}} in the trash', { count });
  if (path !== null)
    return isTotalExact
      ? t('{count, plural, one {1 document in {path}} other {# documents in {path}}}', { count, path })
      : t('More than {count, plural, one {1 document} other {# documents}} in {path}', { count, path });
  return isTotalExact
    ? t('{count, plural, one {1 document} other {# documents}}', { count })
    : t('More than {count, plural, one {1 document} other {# documents}}', { count });
}

function ListHead({ found, list, onLayout }: HeadProps) {
  const layouts = [
    { layout: 'table', name: t('As a list'), icon: <IconList size={17} /> },
    { layout: 'grid', name: t('As pictures'), icon: <IconLayoutGrid size={17} /> },
  ] as const;
  return (
    <div className={styles['listHead']}>
      <p className={styles['total']} role="status">
        {totalWords(found, list)}
      </p>
      <ActionIcon.Group role="group" aria-label={t('Layout')}>
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

type Acts = { step: (by: 1 | -1) => void; t: () => void; '#': (one?: string) => void };

/**
 * `j` and `k` go from document to document, `x` selects. Where nothing is selected, `t` and `#` are for the
 * focused one.
 */
function useListKeys(selection: ListSelection, acts: Acts): void {
  useShortcuts({
    j: () => acts.step(1),
    k: () => acts.step(-1),
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
