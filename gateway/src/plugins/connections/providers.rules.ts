/** How each provider wants to be asked, and what its answers say of tokens. */
import type { ConnectionOptions } from '@berth/plugin-kit/contract/wire/connections.ts';
import { z } from 'zod';

export type Tokens = { input: number; output: number };

type Asked = { path: string; body: Record<string, unknown> | null };
export type ProviderRequest = {
  url: URL;
  headers: Record<string, string>;
  body: Record<string, unknown> | null;
};

/** @param asked in the OpenAI-compatible form, its model filled in */
export function requestFor(options: ConnectionOptions, secret: string | null, asked: Asked): ProviderRequest {
  const { provider } = options;
  const json = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
  const below = asked.path.replace(/^\/v1/, '');
  if (provider === 'azure') {
    const said = asked.body?.['model'];
    const model = typeof said === 'string' ? said : (options.model ?? '');
    const place = asked.body ? `/openai/deployments/${encodeURIComponent(model)}${below}` : `/openai${below}`;
    const url = joined(options.url, place);
    url.searchParams.set('api-version', options.api_version ?? '');
    return { url, headers: { ...json, ...(secret === null ? {} : { 'api-key': secret }) }, body: asked.body };
  }
  return {
    url: joined(options.url, below),
    headers: { ...json, ...(secret === null ? {} : { authorization: `Bearer ${secret}` }) },
    body: asked.body,
  };
}

/** The base may end in `/v1` or not: people write both. */
export function joined(base: string, path: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  return url;
}

const usage = z.object({
  usage: z.object({
    prompt_tokens: z.number().nonnegative().catch(0),
    completion_tokens: z.number().nonnegative().catch(0),
  }),
});

/** @returns `null` where the answer does not say */
export function tokensIn(answer: unknown): Tokens | null {
  const read = usage.safeParse(answer);
  if (!read.success) return null;
  const { prompt_tokens: input, completion_tokens: output } = read.data.usage;
  return { input: Math.round(input), output: Math.round(output) };
}

/** Where no answer says: four bytes a token, so that a budget still means something. */
export function estimatedTokens(bytes: number): number {
  return Math.ceil(bytes / 4);
}

const refusal = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ message: z.string() }).transform(({ message }) => message),
]);
const longestMessage = 300;

/** What a provider says of a refusal, bounded, in one line, and never with the secret in it. */
export function messageIn(text: string, secret: string | null): string | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  const read = refusal.safeParse(parsed);
  if (!read.success) return null;
  const clean = (secret === null ? read.data : read.data.replaceAll(secret, '…')).replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu,
    ' ',
  );
  return clean.length > longestMessage ? `${clean.slice(0, longestMessage).toWellFormed()}…` : clean;
}
