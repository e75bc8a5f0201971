import { Checkbox } from '@mantine/core';
import { createContext, use, type DragEvent } from 'react';

import type { ListSelection } from './selection.ts';
import styles from './row-select.module.css';
import type { DocumentItem } from '../api/wire.ts';
import { t } from '../words/words.ts';

/** What a drag of documents carries: their ids as JSON. */
export const draggedDocuments = 'application/x-berth-documents';

export const SelectionContext = createContext<ListSelection | null>(null);

/** Selects one document of the list; with Shift all from the last one to this one. */
export function RowSelect({ item }: { item: DocumentItem }) {
  const selection = use(SelectionContext);
  if (selection === null || !item.mayEdit) return null;
  return (
    <Checkbox
      size="sm"
      className={styles['select']}
      aria-label={t('Select {title}', { title: item.title })}
      checked={selection.has(item.id)}
      onChange={() => undefined}
      onClick={(event) => {
        event.stopPropagation();
        selection.turn(item.id, event.shiftKey);
      }}
    />
  );
}

/** The attributes of an element that is a document of the list: it is found by keys, and it can be dragged. */
export function useRow(): (item: DocumentItem, index: number) => Record<string, unknown> {
  const selection = use(SelectionContext);
  return (item, index) => ({
    'data-at': index,
    'data-document': item.id,
    'data-selected': selection?.has(item.id) === true || undefined,
    draggable: item.mayEdit,
    onDragStart: (event: DragEvent) => {
      const ids = selection?.ids.has(item.id) === true ? [...selection.ids] : [item.id];
      event.dataTransfer.setData(draggedDocuments, JSON.stringify(ids));
      event.dataTransfer.effectAllowed = 'move';
    },
  });
}
