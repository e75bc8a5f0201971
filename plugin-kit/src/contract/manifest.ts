/**
 * The manifest: what a container says of itself. This file is the one source of its TypeScript types, of the
 * published JSON Schema (`plugin-kit/manifest.schema.json`), of the gateway's admission and of the docs.
 */
import { z } from 'zod';
import { capabilitySpec } from './capabilities/capability-spec.ts';
import { absolutePath, foreignSchema, iconName, itemId, segment, text } from './manifest-values.ts';
import { accessRule, routeRule } from './rule.ts';
import { badgesField, framePermissions, searchField, widgetsField } from './shell-fields.ts';
import { translationsField } from './manifest-translations.ts';

export const manifestMaxBytes = 256 * 1024;
/** The contract versions that this gateway serves: every minor of major 1. */
export const servedManifestVersions = { major: 1, minMinor: 0, maxMinor: 0 } as const;

export const pluginIdPattern = /^[a-z][a-z0-9-]{1,62}$/;

const routePattern = z
  .string()
  .max(512)
  .regex(
    new RegExp(`^/(?:(?:${segment}|\\*)(?:/(?:${segment}|\\*))*(?:/\\*\\*)?|\\*\\*)?$`),
    'segments, `*` for one segment, `**` at the end for the rest',
  )
  .refine((path) => !/(^|\/)\.\.?(\/|$)/.test(path), 'no dot segments');
const mount = z
  .string()
  .max(128)
  .regex(/^\/api(?:\/[a-z0-9][a-z0-9-]{0,62}){1,4}$/, 'a prefix such as /api/documents');
const httpsLink = z.url({ protocol: /^https$/ }).max(2048);
const connectionKind = z
  .string()
  .max(63)
  .regex(/^[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)*$/, 'a kind such as ai.chat');

const limits = z.looseObject({
  max_body_bytes: z
    .int()
    .min(0)
    .max(1024 ** 4)
    .default(10 * 1024 * 1024)
    .describe('The largest request body.'),
  timeout_ms: z.int().min(100).max(3_600_000).default(30_000).describe('Until the first byte of the answer.'),
  idle_timeout_ms: z
    .int()
    .min(100)
    .max(86_400_000)
    .optional()
    .describe(
      'Between two pieces of a body or stream. Default: 60000; 3600000 where `stream` is `sse` or `websocket`.',
    ),
  max_concurrent: z
    .int()
    .min(1)
    .max(100_000)
    .default(64)
    .describe('Requests under way at once on this route.'),
  rate: z
    .looseObject({
      requests: z.int().min(1).max(1_000_000).describe('How many at once, and in every `per_seconds`.'),
      per_seconds: z.int().min(1).max(3600).default(1),
    })
    .optional()
    .describe(
      'How often each user may ask (each address, where nobody is signed in). Default: as often as they like.',
    ),
});

const webDavMethods = ['PROPFIND', 'PROPPATCH', 'MKCOL', 'COPY', 'MOVE', 'LOCK', 'UNLOCK'] as const;
const method = z.enum([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  // WebDAV's (RFC 4918).
  ...webDavMethods,
]);
/** How else an API key may be sent than as a bearer token. */
const keyScheme = z.enum(['basic', 'token']);
export type KeyScheme = z.output<typeof keyScheme>;

const stream = z.enum(['none', 'sse', 'websocket']);

export const routeSpec = z
  .looseObject({
    path: routePattern.describe(
      "Below the container's root. `/documents/**` takes `/documents` and all below it.",
    ),
    methods: z.array(method).min(1).max(14).default(['GET', 'HEAD']),
    access: routeRule.optional().describe("Default: the manifest's `access`."),
    limits: limits.prefault({}),
    stream: stream.default('none'),
    allow_encoded_slash: z
      .boolean()
      .default(false)
      .describe('Paths that hold `%2F` reach the container, as they came.'),
    allow_empty_segments: z
      .boolean()
      .default(false)
      .describe('Paths that hold `//` reach the container, as they came.'),
    key_schemes: z
      .array(keyScheme)
      .max(2)
      .optional()
      .describe(
        'How else an API key is taken here, for clients that send no bearer token: `basic` as the password of Basic, `token` as `Authorization: Token …`. Default: not at all.',
      ),
  })
  .transform((route) => {
    // Always last: what is read again must be the same text, for digests are made of it.
    const { idle_timeout_ms = defaultIdleTimeoutMs(route.stream), ...others } = route.limits;
    return { ...route, limits: { ...others, idle_timeout_ms } };
  });

/** A stream may be silent for long: an event or a message comes when there is something to say. */
export function defaultIdleTimeoutMs(of: z.output<typeof stream>): number {
  return of === 'none' ? 60_000 : 3_600_000;
}

const acceptsFiles = z
  .looseObject({
    path: absolutePath.describe('A declared route that takes each file as the part `file` of a POST form.'),
    types: z
      .array(
        z
          .string()
          .max(100)
          .regex(
            /^(?:\.[a-z0-9]{1,16}|[a-z0-9][a-z0-9.+-]*\/(?:\*|[a-z0-9][a-z0-9.+-]*))$/,
            'a media type such as application/pdf or image/*, or an ending such as .pdf',
          ),
      )
      .min(1)
      .max(50)
      .describe('Media types such as `image/*`, or endings such as `.pdf`.'),
  })
  .describe('Files that people share with the installed app can be handed over.');

export const manifestSchema = z.looseObject({
  manifest_version: z
    .string()
    .regex(/^\d{1,4}\.\d{1,4}$/, 'major.minor')
    .describe('Contract version.'),
  id: z.string().regex(pluginIdPattern).describe('Equal to the id under which the service is registered.'),
  name: text(80).min(1),
  version: text(64).min(1).describe("The container's own version."),
  description: text(500).default(''),
  icon: iconName.default('puzzle'),
  stage: z.enum(['stable', 'beta', 'experimental', 'deprecated']).default('stable'),
  links: z
    .looseObject({
      docs: httpsLink.optional(),
      support: httpsLink.optional(),
      changelog: httpsLink.optional(),
    })
    .default({}),
  access: accessRule.optional(),
  settings_schema: foreignSchema
    .optional()
    .describe(
      'JSON Schema 2020-12 (2019-09 and drafts 07, 06 and 04 are read too). No reference leaves the document.',
    ),
  settings_patch: z
    .array(z.string().max(100))
    .max(8)
    .default(['application/merge-patch+json'])
    .describe(
      'The media types that PATCH /plugin/settings takes. A schema that lets null be a value needs application/json-patch+json (RFC 6902) among them.',
    ),
  settings_ui: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Hints for the form: order, widget, help, group.'),
  settings_access: z.looseObject({ read: accessRule.optional(), write: accessRule.optional() }).default({}),
  mounts: z.array(mount).max(16).default([]),
  routes: z
    .array(routeSpec)
    .max(256)
    .default([])
    .describe('Ordered, first match wins; what is not listed is refused.'),
  ui: z
    .looseObject({
      entry: absolutePath,
      mode: z.enum(['frame', 'tab', 'none']).default('frame'),
      permissions: framePermissions,
      head: z
        .boolean()
        .default(false)
        .describe(
          'The shell draws the head of the page: title, tabs and primary action come by the channel.',
        ),
      accepts_files: acceptsFiles.optional(),
    })
    .optional(),
  nav: z
    .array(
      z.looseObject({
        id: itemId,
        title: text(60).min(1),
        path: z
          .string()
          .max(512)
          .regex(/^#\/[^\s\\<>"]*$|^#?$/, 'a fragment such as #/inbox')
          .default('#/'),
        icon: iconName.optional(),
        access: accessRule.optional(),
      }),
    )
    .max(32)
    .default([]),
  actions: z
    .array(
      z.looseObject({
        id: itemId,
        title: text(60).min(1),
        confirm: text(300).optional(),
        access: accessRule.optional(),
        input_schema: foreignSchema.optional().describe('JSON Schema of what the button asks for first.'),
        progress: z
          .literal('sse')
          .optional()
          .describe('Answers as events: `progress`, then `result` or `problem`. Default: one JSON answer.'),
      }),
    )
    .max(64)
    .default([]),
  badges: badgesField,
  search: searchField,
  widgets: widgetsField,
  health: z
    .looseObject({
      path: absolutePath.default('/health'),
      timeout_ms: z.int().min(100).max(10_000).default(2000),
    })
    .prefault({}),
  identity: z
    .looseObject({
      claims: z
        .array(z.enum(['email', 'name', 'groups', 'all_groups', 'superuser']))
        .max(8)
        .default([]),
    })
    .prefault({}),
  connections: z
    .array(
      z.looseObject({
        name: itemId
          .optional()
          .describe('By this the container calls it. Default: the kind, with dashes for its dots.'),
        kind: connectionKind,
        reason: text(300).default('').describe('What it is for, told to the superuser that gives it.'),
        optional: z.boolean().default(true).describe('The container is of use without it.'),
      }),
    )
    .max(16)
    .default([])
    .describe(
      'Services of others that the container asks for. The gateway holds the key and makes the calls.',
    ),
  capabilities: z
    .array(capabilitySpec)
    .max(16)
    .default([])
    .describe('What a third-party service offers, in a form that the gateway knows: workspaces bind it.'),
  translations: translationsField,
});

/** A manifest as parsed: defaults filled in, unknown fields kept. */
export type Manifest = z.output<typeof manifestSchema>;
/** A manifest as an author writes it. */
export type ManifestInput = z.input<typeof manifestSchema>;
export type RouteSpec = Manifest['routes'][number];
export type NavItem = Manifest['nav'][number];
export type ConnectionWish = Manifest['connections'][number];
export type CapabilitySpec = Manifest['capabilities'][number];

/** By which name a container calls a connection that its manifest asks for. */
export function connectionNameOf({ name, kind }: Pick<ConnectionWish, 'name' | 'kind'>): string {
  return name ?? kind.replaceAll('.', '-');
}
