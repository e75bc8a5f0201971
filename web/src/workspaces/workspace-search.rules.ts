/** What the address of a workspace's page says, and what a search in logs is made of. */
import { msg, t, termOf } from '#words/words.ts';

export const ranges = ['15m', '1h', '6h', '24h', '7d', 'custom'] as const;
export type Range = (typeof ranges)[number];

export type WorkspaceSearch = {
  tab?: 'configuration' | 'logs';
  source?: string;
  env?: string;
  q?: string;
  range?: Range;
  from?: string;
  to?: string;
  /** Each `field:operator:value`. */
  filter?: string[];
};

export function readWorkspaceSearch(search: Record<string, unknown>): WorkspaceSearch {
  const { tab, range, filter } = search;
  const known = ranges.find((one) => one === range);
  const filters = (Array.isArray(filter) ? filter : [filter]).map(textOf).filter((one) => one !== '');
  const [source, env, q, from, to] = ['source', 'env', 'q', 'from', 'to'].map((name) => textOf(search[name]));
  return {
    ...(tab === 'configuration' || tab === 'logs' ? { tab } : {}),
    ...(source ? { source } : {}),
    ...(env ? { env } : {}),
    ...(q ? { q } : {}),
    ...(known === undefined ? {} : { range: known }),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(filters.length === 0 ? {} : { filter: filters.slice(0, 20) }),
  };
}

type Source = { source_id: string; environments: readonly string[] };

/** Another source is chosen: an environment that it does not have is left behind. */
export function atSource(search: WorkspaceSearch, id: string, sources: readonly Source[]): WorkspaceSearch {
  const { env = '', ...others } = search;
  const hasIt = sources.some(({ source_id: one, environments }) => one === id && environments.includes(env));
  return { ...others, ...(hasIt ? { env } : {}), source: id };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const minutes: Record<Exclude<Range, 'custom'>, number> = {
  '15m': 15,
  '1h': 60,
  '6h': 360,
  '24h': 1440,
  '7d': 10_080,
};

export type Span = { ok: true; from: string; to: string } | { ok: false; detail: string };

/** @param now milliseconds since the epoch */
export function spanOf({ range = '1h', from, to }: WorkspaceSearch, now: number): Span {
  if (range !== 'custom')
    return {
      ok: true,
      from: new Date(now - minutes[range] * 60_000).toISOString(),
      to: new Date(now).toISOString(),
    };
  const begin = Date.parse(from ?? '');
  const end = to === undefined ? now : Date.parse(to);
  if (Number.isNaN(begin) || Number.isNaN(end)) return { ok: false, detail: t('Say from when.') };
  if (begin >= end) return { ok: false, detail: t('The beginning must lie before the end.') };
  return { ok: true, from: new Date(begin).toISOString(), to: new Date(end).toISOString() };
}

export const operators = {
  eq: msg('is'),
  ne: msg('is not'),
  contains: msg('contains'),
  starts_with: msg('begins with'),
  regex: msg('fits'),
};
export type Operator = keyof typeof operators;

/** `level:eq:error` → `level is error` */
export function filterWords(filter: string): string {
  const [field = '', op = '', ...value] = filter.split(':');
  return `${field} ${termOf(operators, op)} ${value.join(':')}`;
}
