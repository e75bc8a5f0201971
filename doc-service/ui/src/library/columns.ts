import { msg } from '../words/words.ts';

/** The columns that a list may have beside the title. */
export const columnNames = {
  folder: msg('Folder'),
  type: msg('Type'),
  correspondent: msg('Correspondent'),
  tags: msg('Tags'),
  added: msg('Added'),
  pages: msg('Pages'),
  size: msg('Size'),
  status: msg('Status'),
} as const;
export type Column = keyof typeof columnNames;

export const defaultColumns: readonly Column[] = ['folder', 'added', 'pages', 'size', 'status'];

/** @param chosen what a person chose; null: nothing yet */
export function columnsOf(chosen: readonly string[] | null): ReadonlySet<Column> {
  const known = Object.keys(columnNames).filter((name): name is Column => name in columnNames);
  return new Set(chosen === null ? defaultColumns : known.filter((column) => chosen.includes(column)));
}
