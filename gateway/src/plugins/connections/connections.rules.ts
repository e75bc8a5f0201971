/** What a connection may be, which kinds it serves, and what a container may ask of each kind. */
import type { CallUsage } from '@berth/plugin-kit/contract/connections.ts';
import type { ConnectionOptions, ConnectionProvider } from '@berth/plugin-kit/contract/wire/connections.ts';
import { z } from 'zod';

const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'one line of text');

const limits = z.strictObject({
  requests_per_minute: z.int().min(1).max(100_000).default(60),
  max_concurrent: z.int().min(1).max(1000).default(4),
  timeout_seconds: z.int().min(1).max(600).default(120),
  monthly_tokens: z.int().min(1).max(Number.MAX_SAFE_INTEGER).nullable().default(null),
  monthly_cost: z.number().positive().max(1e9).nullable().default(null),
});
const price = z.strictObject({
  input_per_million: z.number().min(0).max(1e6).default(0),
  output_per_million: z.number().min(0).max(1e6).default(0),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'three capital letters such as EUR')
    .default('EUR'),
});
const webAddress = z
  .url({ protocol: /^https?$/, error: 'an address such as https://api.example.com/v1' })
  .max(500)
  .refine((url) => !isUrlWithMore(url), 'without user, password, query or fragment');
const mailAddress = z
  .url({ protocol: /^smtps?$/, error: 'an address such as smtps://mail.example.com:465' })
  .max(500)
  .refine((url) => !isUrlWithMore(url), 'without user, password, query or fragment');
const common = {
  is_local: z.boolean().default(false),
  limits: limits.prefault({}),
  price: price.prefault({}),
};
const model = line(200).min(1, 'the name of a model');
const embeddingModel = line(200).min(1, 'the name of a model').optional();
const pathPattern = z
  .string()
  .max(200)
  .regex(/^\/(?:[\w.~-]+\/)*(?:[\w.~-]+|\*\*)?$/, 'a path such as /v1/items or /v1/**')
  .refine((path) => !/(?:^|\/)\.\.?(?:\/|$)/.test(path), 'no dot segments');
const httpMethod = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
const headerName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,62}$/, 'the name of a header')
  .refine((name) => !unsettable.has(name.toLowerCase()), 'this header is not for a key');
const unsettable = new Set([
  'host',
  'connection',
  'content-length',
  'content-type',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
]);

const ofProvider = z.discriminatedUnion('provider', [
  z.strictObject({
    provider: z.literal('openai'),
    url: webAddress,
    model,
    embedding_model: embeddingModel,
    ...common,
  }),
  z.strictObject({
    provider: z.literal('azure'),
    url: webAddress,
    model,
    embedding_model: embeddingModel,
    api_version: z
      .string()
      .regex(/^[\w.-]{1,40}$/, 'a version such as 2025-04-01-preview')
      .default('2024-10-21'),
    ...common,
  }),
  z.strictObject({ provider: z.literal('anthropic'), url: webAddress, model, ...common }),
  z.strictObject({
    provider: z.literal('http'),
    url: webAddress,
    auth_header: headerName.default('authorization'),
    auth_value: line(200).includes('{secret}', { error: 'holds {secret}' }).default('Bearer {secret}'),
    methods: z.array(httpMethod).min(1).max(6).default(['GET', 'HEAD']),
    paths: z.array(pathPattern).min(1).max(50).default(['/**']),
    ...common,
  }),
  z.strictObject({
    provider: z.literal('smtp'),
    url: mailAddress,
    user: line(200).optional(),
    from: z.email('an address such as berth@example.org').max(254),
    ...common,
  }),
]);

/** As a superuser sends it. */
export const optionsForm = ofProvider.superRefine(({ url, is_local: isLocal }, context) => {
  if (!isLocal && /^(?:http|smtp):/.test(url))
    context.addIssue({
      code: 'custom',
      path: ['url'],
      message: 'Use https:// or smtps://, or mark it as inside your network.',
    });
});

export const nameForm = line(80).min(1, 'a name');
export const secretForm = z
  .string()
  .min(1)
  .max(10_000)
  .regex(/^[^\p{Cc}]*$/u, 'without control characters')
  .nullable();

/** Kept in the database by us alone, and read like everything else that comes from outside. */
export function readOptions(stored: unknown): ConnectionOptions | null {
  const read = optionsForm.safeParse(stored);
  return read.success ? read.data : null;
}

const kindsOf: Readonly<Record<ConnectionProvider, readonly string[]>> = {
  openai: ['ai.chat', 'ai.embeddings'],
  azure: ['ai.chat', 'ai.embeddings'],
  anthropic: ['ai.chat'],
  http: ['http'],
  smtp: ['smtp'],
};

/** @returns the kinds of wishes that a connection can serve */
export function servedKinds(options: ConnectionOptions): string[] {
  const isWithoutEmbeddings =
    ['openai', 'azure'].includes(options.provider) && options.embedding_model === undefined;
  return kindsOf[options.provider].filter((kind) => kind !== 'ai.embeddings' || !isWithoutEmbeddings);
}

export type Allowed = { ok: true } | { ok: false; reason: 'path' | 'method'; allow: readonly string[] };

const pathsOfKind: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'ai.chat': { '/v1/chat/completions': ['POST'], '/v1/models': ['GET'] },
  'ai.embeddings': { '/v1/embeddings': ['POST'], '/v1/models': ['GET'] },
  smtp: { '/messages': ['POST'] },
};

/** @param path below the connection, raw */
export function isAllowed(
  kind: string,
  options: ConnectionOptions,
  request: { method: string; path: string },
): Allowed {
  const { method, path } = request;
  if (kind === 'http') {
    if (!isPlainPath(path) || !(options.paths ?? []).some((pattern) => takes(pattern, path)))
      return { ok: false, reason: 'path', allow: [] };
    const allow = options.methods ?? [];
    return allow.includes(method) ? { ok: true } : { ok: false, reason: 'method', allow };
  }
  const ofKind = pathsOfKind[kind] ?? {};
  const allow = Object.hasOwn(ofKind, path) ? ofKind[path] : undefined;
  if (!allow) return { ok: false, reason: 'path', allow: [] };
  return allow.includes(method) ? { ok: true } : { ok: false, reason: 'method', allow };
}

/** The path that is decided on is the path that the service gets: no spelling that it could read in another way. */
function isPlainPath(path: string): boolean {
  return (
    /^(?:\/(?:[\w.~!$&'()+,;=:@-]|%(?!2[fFeE]|5[cC]|[01]|7[fF])[0-9A-Fa-f]{2})+)*\/?$/.test(path) &&
    !path.split('/').some((segment) => segment === '.' || segment === '..')
  );
}

function takes(pattern: string, path: string): boolean {
  if (!pattern.endsWith('/**')) return pattern === path;
  const folder = pattern.slice(0, -3);
  return path === folder || path.startsWith(`${folder}/`);
}

/** The secret would go to another host. */
export function isElsewhere(before: ConnectionOptions, after: ConnectionOptions): boolean {
  return (
    new URL(before.url).origin !== new URL(after.url).origin ||
    new URL(before.url).host !== new URL(after.url).host
  );
}

/** @returns what the tokens cost, in the currency of the price */
export function costOf({ price: of }: ConnectionOptions, input: number, output: number): number {
  return (input * of.input_per_million + output * of.output_per_million) / 1_000_000;
}

/** What a container is told of a call; a price of nothing is no price. */
export function usageOf(
  options: ConnectionOptions,
  { input, output, isEstimate }: { input: number; output: number; isEstimate: boolean },
): CallUsage {
  const { input_per_million: forInput, output_per_million: forOutput, currency } = options.price;
  return {
    input_tokens: input,
    output_tokens: output,
    is_estimate: isEstimate,
    cost: forInput === 0 && forOutput === 0 ? null : costOf(options, input, output),
    currency,
  };
}

/** The first moment of the month of `at`, in UTC. */
export function monthOf(at: number): Date {
  const date = new Date(at);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1));
}

function isUrlWithMore(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '';
}
