/** What this container says of itself. */
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { routesOfArrivals } from '#arrivals/arrivals.manifest.ts';
import german from '#platform/words/de.json' with { type: 'json' };
import { settingsSchema, settingsUi } from '#settings/settings.schema.ts';
import de from './manifest.de.json' with { type: 'json' };

export const adminGroup = 'doc-service-admin';
/** By this name the service calls the model that a superuser gives it. */
export const modelConnection = 'ai';
const everybody = { any_user: true, allow_superuser: true };
const admins = { allow_superuser: true, required_groups: [adminGroup], any_user: false };
/** The gateway tells people what its health says, in the words of the manifest. */
const ofHealth = [
  'The database does not answer.',
  'The disk of the archive is full.',
  'The watched folder is not a folder.',
  'The watched folder is suddenly empty; it is taken for a mount that is gone.',
  'The watched folder cannot be read ({0}).',
  'Changes are not reported ({0}): looked through every 15 s.',
] as const;
const healthWords = Object.fromEntries(ofHealth.map((said) => [said, german.sentences[said]]));
const megabyte = 1024 * 1024;
const wholeFile = {
  max_body_bytes: 200 * megabyte + 64 * 1024,
  timeout_ms: 600_000,
  idle_timeout_ms: 60_000,
  max_concurrent: 16,
};

export const manifest = {
  manifest_version: '1.0',
  id: 'doc-service',
  name: 'Documents',
  version: '0.1.0',
  description: 'A watched folder becomes an archive that can be searched.',
  icon: 'file-text',
  stage: 'stable',
  access: admins,
  settings_schema: settingsSchema,
  settings_ui: settingsUi,
  settings_access: { read: admins, write: admins },
  mounts: ['/api/documents', '/api/tasks'],
  routes: [
    {
      path: '/documents/upload',
      methods: ['POST'],
      access: everybody,
      limits: wholeFile,
    },
    ...routesOfArrivals(wholeFile),
    {
      path: '/documents/uploads/**',
      methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
      access: everybody,
      // Twice what a page sends at a time.
      limits: {
        max_body_bytes: 8 * megabyte,
        timeout_ms: 600_000,
        idle_timeout_ms: 60_000,
        max_concurrent: 64,
      },
    },
    {
      path: '/documents/events',
      methods: ['GET'],
      access: everybody,
      stream: 'sse',
      limits: { max_concurrent: 1024 },
    },
    {
      path: '/documents/**',
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      access: everybody,
      limits: { max_body_bytes: megabyte, timeout_ms: 60_000, idle_timeout_ms: 60_000, max_concurrent: 128 },
    },
  ],
  ui: {
    entry: '/ui/',
    mode: 'frame',
    head: true,
    accepts_files: { path: '/documents/upload', types: ['application/pdf', '.pdf'] },
  },
  nav: [
    { id: 'library', title: 'Library', path: '#/', icon: 'library', access: everybody },
    { id: 'inbox', title: 'Inbox', path: '#/inbox', icon: 'inbox', access: everybody },
    { id: 'activity', title: 'Activity', path: '#/activity', icon: 'activity', access: everybody },
  ],
  badges: { path: '/documents/badges' },
  search: {
    path: '/documents',
    query: { q: '{q}', page_size: '{limit}' },
    template: { title: '{title}', subtitle: '{category}', path: '#/documents/{id}', icon: 'file-text' },
  },
  widgets: [
    {
      id: 'recent',
      title: 'Last documents',
      kind: 'list',
      path: '/documents',
      query: { page_size: '5' },
      template: { title: '{title}', subtitle: '{category}', path: '#/documents/{id}', icon: 'file-text' },
      empty: 'No documents yet. Drop a PDF into the folder, or upload one.',
    },
    {
      id: 'inbox',
      title: 'Waiting in the inbox',
      kind: 'number',
      path: '/documents/suggestions',
      query: { limit: '1' },
      value: '{total}',
      unit: 'documents',
      link: '#/inbox',
    },
    {
      id: 'searchable',
      title: 'Ready to be searched',
      kind: 'progress',
      path: '/documents/badges',
      value: '{searchable}',
      max: '{all}',
      link: '#/activity',
    },
  ],
  actions: [
    { id: 'rescan', title: 'Look through the folder now' },
    {
      id: 'rebuild-index',
      title: 'Rebuild the search index',
      confirm: 'Searching works meanwhile. With many documents it takes minutes.',
      progress: 'sse',
      input_schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          folder: {
            type: 'string',
            title: 'Folder',
            description: 'With all below it. Empty: the whole archive.',
            'x-choices-from': { path: '/choices/folders' },
          },
        },
      },
    },
  ],
  connections: [
    {
      name: modelConnection,
      kind: 'ai.chat',
      reason:
        'Proposes titles and folders. Which text it may read is said by folder; a person confirms each proposal.',
      optional: true,
    },
  ],
  health: { path: '/health', timeout_ms: 2000 },
  identity: { claims: ['name', 'groups', 'all_groups', 'superuser'] },
  translations: { de: { ...de, ...healthWords } },
} satisfies ManifestInput;
