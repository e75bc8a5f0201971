/** Which documents a filter by a field leaves: a condition over `documents d`. */
import { Prisma } from '#platform/database.ts';
import type { Read } from '#platform/reads.ts';
import type { FieldFilter } from './documents.types.ts';
import { soughtIn, type Days } from './field-filter.rules.ts';

export async function fieldKeys(read: Read): Promise<string[]> {
  const rows = await read<{ key: string }>(Prisma.sql`SELECT key FROM custom_fields`);
  return rows.map(({ key }) => key);
}

/** A field of this key that is not there leaves none. */
export function documentsWithField({ key, value }: FieldFilter): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT FROM document_fields df JOIN custom_fields cf ON cf.id = df.field_id
    WHERE df.document_id = d.id AND cf.key = ${key} AND ${soughtSql(value)})`;
}

function soughtSql(value: string): Prisma.Sql {
  const sought = soughtIn(value);
  if (sought.is === 'there') return Prisma.sql`true`;
  const days = sought.days ? [daysSql(sought.days)] : [];
  if (sought.is === 'range') {
    const { numbers } = sought;
    const between = numbers ? [numbersSql(numbers.least, numbers.most)] : [];
    return Prisma.sql`(${Prisma.join([...between, ...days], ' OR ')})`;
  }
  const number = sought.number === null ? [] : [Prisma.sql`df.number = ${sought.number}::numeric`];
  const isIt = Prisma.sql`(left(df.value_key, 200) = left(${sought.key}, 200) AND df.value_key = ${sought.key})`;
  return Prisma.sql`(${Prisma.join([isIt, ...number, ...days], ' OR ')})`;
}

function numbersSql(least: string | null, most: string | null): Prisma.Sql {
  const bounds = [
    ...(least === null ? [] : [Prisma.sql`df.number >= ${least}::numeric`]),
    ...(most === null ? [] : [Prisma.sql`df.number <= ${most}::numeric`]),
  ];
  return Prisma.sql`(${Prisma.join(bounds, ' AND ')})`;
}

function daysSql({ from, until }: Days): Prisma.Sql {
  const bounds = [
    ...(from === null ? [] : [Prisma.sql`df.day >= ${from}::date`]),
    ...(until === null ? [] : [Prisma.sql`df.day < ${until}::date`]),
  ];
  return Prisma.sql`(${Prisma.join(bounds, ' AND ')})`;
}
