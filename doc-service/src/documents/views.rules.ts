/** What a view keeps of a list, and what people may say of how the library looks. */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { z } from 'zod';
import { sorts } from './documents.types.ts';
import { line } from './line.rules.ts';

/** The parameters of a list, as its address has them; beside them `layout`. */
const list = z
  .record(
    z.string(),
    z.union(
      [z.string().max(4096), z.array(z.string().max(4096)).max(40)],
      'must be a text or a list of texts',
    ),
    'must be the filters of a list',
  )
  .and(
    z.looseObject({
      sort: z.enum(sorts, say`must be one of ${sorts.join(', ')}`).optional(),
      layout: z.enum(['table', 'grid'], 'must be table or grid').optional(),
    }),
  );
const name = line('a name', 100);
const shared = z.boolean('must be true or false');

export const newView = z.strictObject({ name, list, shared: shared.default(false) });
export const viewChange = z
  .strictObject({ name: name.optional(), list: list.optional(), shared: shared.optional() })
  .refine((change) => Object.keys(change).length > 0, 'must say what to change');
export type ViewList = z.infer<typeof list>;
export type ViewChange = z.infer<typeof viewChange>;

export const columns = [
  'folder',
  'type',
  'correspondent',
  'tags',
  'added',
  'pages',
  'size',
  'status',
] as const;
export const librarySettings = z.strictObject({
  default_view_id: z.uuid('must be the id of a view').nullable(),
  /** Null: those that the page thinks best. */
  columns: z
    .array(z.enum(columns, say`must be of ${columns.join(', ')}`))
    .max(columns.length)
    .nullable(),
  is_dense: z.boolean('must be true or false'),
});
export type LibrarySettings = { default_view_id: string | null; columns: string[] | null; is_dense: boolean };

/** The filters of a view without what is no filter. */
export function filterIn({ sort: _sort, layout: _layout, ...filter }: ViewList): Record<string, unknown> {
  return filter;
}
