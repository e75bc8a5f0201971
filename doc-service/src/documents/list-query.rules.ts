/** What may be asked of the list, by an address or by a bulk change. */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { z } from 'zod';
import { parsed } from '#platform/parsed.ts';
import { readFieldFilter } from './field-filter.rules.ts';
import { sorts, stations, type ListFilter, type Sort } from './documents.types.ts';

export type ListRequest = ListFilter & {
  page: number;
  pageSize: number;
  q: string;
  sort: Sort | null;
  cursor: string | null;
  hasFacets: boolean;
};

export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(
      z
        .number()
        .min(least, say`must be at least ${least}`)
        .max(most, say`must be at most ${most}`),
    );
const text = (most: number) =>
  z
    .string('must be a text')
    .max(most, say`must have at most ${most} characters`)
    .transform((given) => given.replaceAll('\u0000', '').toWellFormed().normalize('NFC'));
const day = z.iso
  .date('must be a date such as 2026-03-31')
  .transform((given) => new Date(`${given}T00:00:00Z`));
const flag = z.enum(['true', 'false'], 'must be true or false').transform((given) => given === 'true');

const fieldFilter = text(1200).transform((given, context) => {
  const read = readFieldFilter(given);
  if (read) return read;
  context.addIssue('must be such as amount:100..200 or state:paid');
  return z.NEVER;
});

const filters = {
  q: z.string('must be a text').max(2000, 'must have at most 2000 characters').default(''),
  category: text(4096).optional(),
  status: z
    .string('must be a text')
    .transform((given) => given.split(',').map((one) => one.trim()))
    .pipe(
      z.array(z.enum(stations, say`must be one of ${stations.join(', ')}, or several with commas between`)),
    )
    .optional(),
  tag: z
    .union([text(100).transform((one) => [one]), z.array(text(100)).max(20, 'must be at most 20')], {
      error: 'must be a tag of at most 100 characters, or at most 20 of them',
    })
    .default([]),
  field: z
    .union([fieldFilter.transform((one) => [one]), z.array(fieldFilter).max(20, 'must be at most 20')], {
      error: 'must be such as amount:100..200, or at most 20 of them',
    })
    .default([]),
  type: text(100).optional(),
  correspondent: text(200).optional(),
  source: z.enum(['watch', 'upload', 'import'], 'must be watch, upload or import').optional(),
  after: day.optional(),
  before: day.optional(),
  trash: flag.default(false),
};
const filterQuery = z.strictObject(filters);
export const listQuery = z.strictObject({
  ...filters,
  page: wholeNumber(1, 1_000_000).default(1),
  page_size: wholeNumber(1, 200).default(50),
  sort: z.enum(sorts, say`must be one of ${sorts.join(', ')}`).optional(),
  /** The `next_cursor` of the page before. */
  cursor: z.string().max(32_000, 'is no cursor of a list').optional(),
  facets: flag.default(false),
});

/** @throws Problem 422 that points to each wrong or unknown parameter; an empty one counts as none */
export function readListRequest(given: Readonly<Record<string, string[]>>): ListRequest {
  const one = ([name, values]: [string, string[]]) =>
    [name, name === 'tag' || name === 'field' ? values : values[0]] as const;
  const asked = Object.entries(given)
    .map(([name, values]): [string, string[]] => [name, values.filter((value) => value !== '')])
    .filter(([, values]) => values.length > 0);
  const {
    page,
    page_size: pageSize,
    sort,
    cursor,
    facets: hasFacets,
    ...rest
  } = parsed(listQuery, Object.fromEntries(asked.map(one)), parameter);
  return {
    ...filterOf(rest),
    q: rest.q,
    page,
    pageSize,
    sort: sort ?? null,
    cursor: cursor ?? null,
    hasFacets,
  };
}

/** The same filters as the list's, as an object. @throws Problem 422 */
export function readFilter(given: unknown, at: string): ListFilter & { q: string } {
  const read = parsed(filterQuery, given, { ...parameter, at });
  return { ...filterOf(read), q: read.q };
}

function filterOf(read: z.infer<typeof filterQuery>): ListFilter {
  const { category, status, tag, field, type, correspondent, source, after, before, trash } = read;
  return {
    category: category ?? null,
    statuses: status ?? [],
    tags: tag,
    fields: field,
    type: type ?? null,
    correspondent: correspondent ?? null,
    source: source ?? null,
    after: after ?? null,
    before: before ?? null,
    isTrashed: trash,
  };
}

/** One of several values is wrong: the parameter is told, not its place. */
const parameter = { at: '', levels: 1 };
