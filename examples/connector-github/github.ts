/**
 * The few calls of GitHub's REST API (version 2022-11-28) that the capabilities need, each read before it is
 * used.
 */
import type { Connections } from '@berth/plugin-kit/container';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { z } from 'zod';

export type GitHub = ReturnType<typeof gitHub>;

const variable = z.object({ name: z.string(), value: z.string(), updated_at: z.string() });
const variables = z.object({ variables: z.array(variable) });
const secrets = z.object({ secrets: z.array(z.object({ name: z.string(), updated_at: z.string() })) });
const files = z.object({
  total_count: z.number(),
  items: z.array(z.object({ path: z.string(), name: z.string(), html_url: z.string() })),
});
const file = z.object({
  name: z.string(),
  encoding: z.string(),
  content: z.string(),
  html_url: z.string().nullable(),
});
const people = z.object({
  total_count: z.number(),
  items: z.array(z.object({ id: z.number(), login: z.string(), html_url: z.string() })),
});
const teams = z.array(z.object({ id: z.number(), name: z.string(), description: z.string().nullable() }));

const perPage = 30;
const maxPages = 20;
const notThere = 404;

export function gitHub(connections: Connections, name: string) {
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { accept: 'application/vnd.github+json', 'content-type': 'application/json' };
    const answer = await connections.fetch(name, path, { ...init, headers });
    if (answer.ok) return answer;
    await answer.body?.cancel();
    if (answer.status === notThere)
      throw new Problem('not-found', { detail: 'GitHub has no such thing, or does not show it.' });
    throw new Problem('unavailable', {
      detail: `GitHub answered ${answer.status}.`,
      headers: { 'retry-after': '5' },
    });
  };
  const read = async <Schema extends z.ZodType>(schema: Schema, path: string): Promise<z.output<Schema>> =>
    schema.parse(await (await ask(path)).json());

  /** Every page, up to a limit that no sensible repository reaches. */
  const pages = async <Item>(load: (query: string) => Promise<Item[]>): Promise<Item[]> => {
    const all: Item[] = [];
    for (let page = 1; page <= maxPages; page++) {
      const items = await load(`per_page=${perPage}&page=${page}`);
      all.push(...items);
      if (items.length < perPage) break;
    }
    return all;
  };
  const send = async (method: string, path: string, body?: unknown): Promise<void> => {
    const answer = await ask(path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    await answer.body?.cancel();
  };

  return {
    variables: (repository: string) =>
      pages(
        async (query) => (await read(variables, `/repos/${repository}/actions/variables?${query}`)).variables,
      ),
    /** Names alone: GitHub gives no values out. */
    secrets: (repository: string) =>
      pages(async (query) => (await read(secrets, `/repos/${repository}/actions/secrets?${query}`)).secrets),
    setVariable: async (repository: string, key: string, value: string): Promise<void> => {
      const path = `/repos/${repository}/actions/variables`;
      try {
        await send('PATCH', `${path}/${encodeURIComponent(key)}`, { name: key, value });
      } catch (error) {
        if (!(error instanceof Problem) || error.type !== 'not-found') throw error;
        await send('POST', path, { name: key, value });
      }
    },
    deleteVariable: (repository: string, key: string): Promise<void> =>
      send('DELETE', `/repos/${repository}/actions/variables/${encodeURIComponent(key)}`),
    findFiles: (repository: string, words: string, { limit, page }: { limit: number; page: number }) =>
      read(
        files,
        `/search/code?q=${encodeURIComponent(`${words} repo:${repository}`)}&per_page=${limit}&page=${page}`,
      ),
    file: (repository: string, path: string) =>
      read(file, `/repos/${repository}/contents/${path.split('/').map(encodeURIComponent).join('/')}`),
    findPeople: (words: string, { limit, page }: { limit: number; page: number }) =>
      read(people, `/search/users?q=${encodeURIComponent(words)}&per_page=${limit}&page=${page}`),
    teams: (owner: string, { limit, page }: { limit: number; page: number }) =>
      read(teams, `/orgs/${encodeURIComponent(owner)}/teams?per_page=${limit}&page=${page}`),
  };
}
