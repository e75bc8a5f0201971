/** Fields that an archive has of its own, as the database keeps them, and their values. */
import { pointerPart } from '@berth/plugin-kit/contract/json-pointer.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { Prisma, type PrismaClient } from '#platform/database.ts';
import type { FieldFilter, Viewer } from './documents.types.ts';
import {
  fieldKey,
  maxFields,
  readValue,
  type Field,
  type FieldValue,
  type FieldValues,
} from './fields.rules.ts';
import { visibleTo } from './visibility.ts';

/** @property linked the document that it leads to, where the viewer sees that */
export type FieldOfDocument = Omit<Field, 'choices'> & {
  value: FieldValue;
  linked: { id: string; title: string } | null;
};
export type FieldOutcome = { ok: true; field: Field } | { ok: false; reason: 'gone' | 'exists' | 'too-many' };
export type FieldsStore = ReturnType<typeof createFieldsStore>;

const columns = Prisma.sql`id::text, key, name, kind, choices`;

export function createFieldsStore(prisma: PrismaClient) {
  const list = (): Promise<Field[]> =>
    prisma.$queryRaw<Field[]>`SELECT ${columns} FROM custom_fields ORDER BY lower(name), id`;

  return {
    list,

    async make({ name, kind, choices }: Omit<Field, 'id' | 'key'>): Promise<FieldOutcome> {
      if ((await prisma.customField.count()) >= maxFields) return { ok: false, reason: 'too-many' };
      const [field] = await prisma.$queryRaw<Field[]>`
        INSERT INTO custom_fields (key, name, kind, choices) VALUES (${fieldKey(name)}, ${name}, ${kind}, ${choices})
        ON CONFLICT (key) DO NOTHING RETURNING ${columns}`;
      return field ? { ok: true, field } : { ok: false, reason: 'exists' };
    },

    /** Choices that documents have stay theirs, also when they are taken out of the list. */
    async change(
      id: string,
      change: { name?: string | undefined; choices?: string[] | undefined },
    ): Promise<FieldOutcome> {
      return prisma.$transaction(async (tx) => {
        const [field] = await tx.$queryRaw<Field[]>`
          SELECT ${columns} FROM custom_fields WHERE id = ${id}::uuid FOR UPDATE`;
        if (!field) return { ok: false, reason: 'gone' };
        const name = change.name ?? field.name;
        const [other] = await tx.$queryRaw<unknown[]>`
          SELECT 1 FROM custom_fields WHERE key = ${fieldKey(name)} AND id <> ${id}::uuid`;
        if (other) return { ok: false, reason: 'exists' };
        const [changed = field] = await tx.$queryRaw<Field[]>`
          UPDATE custom_fields SET name = ${name}, key = ${fieldKey(name)}, choices = ${change.choices ?? field.choices}
          WHERE id = ${id}::uuid RETURNING ${columns}`;
        return { ok: true, field: changed };
      });
    },

    /** With its values. */
    async remove(id: string): Promise<boolean> {
      return (await prisma.customField.deleteMany({ where: { id } })).count > 0;
    },

    ofDocument: (viewer: Viewer, documentId: string): Promise<FieldOfDocument[]> => prisma.$queryRaw<
      FieldOfDocument[]
    >`
      SELECT cf.id::text, cf.key, cf.name, cf.kind, df.value, (
        SELECT jsonb_build_object('id', d.id, 'title', d.title) FROM documents d
        WHERE cf.kind = 'link' AND d.id::text = df.value #>> '{}' AND ${visibleTo(viewer)}) AS linked
      FROM document_fields df JOIN custom_fields cf ON cf.id = df.field_id
      WHERE df.document_id = ${documentId}::uuid ORDER BY lower(cf.name), cf.id`,

    /**
     * @param given by keys or ids of fields
     * @throws Problem 422 that points to each wrong one, such as a link to what the viewer does not see
     */
    async read(viewer: Viewer, given: Readonly<Record<string, unknown>>, at: string): Promise<FieldValues> {
      const fields = await list();
      const values: FieldValues = {};
      const errors: { pointer: string; detail: string }[] = [];
      for (const [name, one] of Object.entries(given)) {
        const pointer = at + pointerPart(name);
        const field = fields.find(({ id, key }) => id === name || key === name);
        const read = field
          ? readValue(field, one)
          : { ok: false as const, detail: 'is no field of this archive' };
        if (!read.ok) errors.push({ pointer, detail: read.detail });
        else if (
          field?.kind === 'link' &&
          typeof read.value === 'string' &&
          !(await isSeen(viewer, read.value))
        )
          errors.push({ pointer, detail: 'is no document that you see' });
        else if (field) values[field.id] = read.value;
      }
      if (errors.length > 0) throw new Problem('invalid', { errors });
      return values;
    },

    /** @throws Problem 422 for a filter by a field that is not there */
    async check(filters: readonly FieldFilter[], at: string): Promise<void> {
      if (filters.length === 0) return;
      const known = new Set((await list()).map(({ key }) => key));
      const unknown = filters.find(({ key }) => !known.has(key));
      if (!unknown) return;
      const detail = say`${unknown.key} is no field of this archive`;
      throw new Problem('invalid', { errors: [{ pointer: `${at}/field`, detail }] });
    },
  };

  async function isSeen(viewer: Viewer, id: string): Promise<boolean> {
    const rows = await prisma.$queryRaw<
      unknown[]
    >`SELECT 1 FROM documents d WHERE d.id = ${id}::uuid AND ${visibleTo(viewer)}`;
    return rows.length > 0;
  }
}
