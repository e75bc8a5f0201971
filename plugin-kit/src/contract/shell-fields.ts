/**
 * Fields of the manifest by which an extension takes part in the shell: badges, search results, widgets,
 * frame permissions.
 */
import { z } from 'zod';
import { absolutePath, iconName, itemId, text } from './manifest-values.ts';

export const framePermissionNames = ['camera', 'microphone', 'clipboard-read', 'fullscreen'] as const;
export type FramePermission = (typeof framePermissionNames)[number];

export const framePermissions = z
  .array(z.enum(framePermissionNames))
  .max(8)
  .default([])
  .describe('What the page in the frame may use beside showing itself. A new one waits for approval.');

/** The gateway's own questions are no source for these fields. */
const reserved = new Set(['/plugin/manifest', '/plugin/settings', '/plugin/actions']);
const askedPath = absolutePath.refine((path) => !reserved.has(path), 'is a question of the gateway itself');

const query = z
  .record(z.string().regex(/^[A-Za-z0-9_.-]{1,40}$/, 'a name of letters, digits, dot, dash'), text(200))
  .default({})
  .describe('Sent along, such as {"limit": "5"}.');

/** `{name}` stands for a member of the answer, `{file.name}` for one further in; all else stays as it is. */
const template = (max: number, more: string) =>
  text(max).describe(`A template: {name} stands for a member of the answer. ${more}`);

const itemTemplate = z
  .looseObject({
    title: template(200, 'What the line says.').default('{title}'),
    subtitle: template(200, 'In small letters beside it.').default('{subtitle}'),
    path: template(512, 'Where it leads inside the page: #/items/{id}.').default('{path}'),
    icon: iconName.optional(),
  })
  .prefault({});

const itemsPointer = z
  .string()
  .max(200)
  .regex(/^(?:\/[^/~]{1,60}){0,5}$/, 'a JSON Pointer such as /items; empty for the answer itself')
  .default('/items')
  .describe('Where in the answer the list is.');

export const badgesField = z
  .looseObject({ path: askedPath.default('/plugin/badges') })
  .optional()
  .describe('Counts in the sidebar: the path answers {nav id: number}.');

export const searchField = z
  .looseObject({
    path: askedPath.default('/plugin/search'),
    query: query
      .default({ q: '{q}', limit: '{limit}' })
      .describe('What is asked: {q} stands for the words, {limit} for how many are shown.'),
    items: itemsPointer,
    template: itemTemplate,
  })
  .optional()
  .describe(
    'Results in the search of the shell: the path is asked with the words, and the lines of its answer are shown',
  );

const widgetBase = {
  id: itemId,
  title: text(60).min(1),
  path: askedPath,
  query,
};

const widget = z.discriminatedUnion('kind', [
  z.looseObject({
    ...widgetBase,
    kind: z.literal('list'),
    items: itemsPointer,
    template: itemTemplate,
    empty: text(120).default('').describe('Said where the list is empty.'),
  }),
  z.looseObject({
    ...widgetBase,
    kind: z.literal('number'),
    value: template(100, 'Must come to a number.').default('{value}'),
    unit: text(20).default(''),
    link: template(512, 'Where it leads inside the page.').default(''),
  }),
  z.looseObject({
    ...widgetBase,
    kind: z.literal('progress'),
    value: template(100, 'Must come to a number.').default('{value}'),
    max: template(100, 'Must come to a number, zero or more.').default('{max}'),
    link: template(512, 'Where it leads inside the page.').default(''),
  }),
]);

export const widgetsField = z
  .array(widget)
  .max(8)
  .default([])
  .describe('Small cards on Home: data from a path and a template; no script.');

export type SearchField = NonNullable<z.output<typeof searchField>>;
export type WidgetField = z.output<typeof widget>;

type Asked = {
  badges?: { path: string } | undefined;
  search?: { path: string } | undefined;
  widgets: readonly { path: string }[];
};

/** Every path that the gateway asks for the shell, with the place where the manifest names it. */
export function askedPaths({ badges, search, widgets }: Asked): { pointer: string; path: string }[] {
  return [
    ...(badges ? [{ pointer: '/badges/path', path: badges.path }] : []),
    ...(search ? [{ pointer: '/search/path', path: search.path }] : []),
    ...widgets.map(({ path }, index) => ({ pointer: `/widgets/${index}/path`, path })),
  ];
}

/** Below `/plugin/` the gateway alone asks: open to each person who sees the extension. */
export function isOfPlugin(path: string): boolean {
  return path.startsWith('/plugin/');
}
