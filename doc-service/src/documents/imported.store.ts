/**
 * Documents that come from another archive, with what was said of them there. What a person said here
 * stays: an import
 * fills in what is not said yet, and adds tags and notes. Each is taken once, however often the import runs.
 */
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Prisma, PrismaClient } from '#platform/database.ts';
import type { Editor } from './documents.types.ts';
import { distinctTags, maxTags, type Change } from './edit.rules.ts';
import type { FactsStore } from './facts.store.ts';
import { fieldKey, fieldName, newField, type Field, type FieldKind } from './fields.rules.ts';
import type { FieldsStore } from './fields.store.ts';
import { readForeign, type Foreign, type TakenField, type Told } from './imported.rules.ts';

export type ForeignField = { ref: string; name: string; kind: FieldKind; choices: string[] };
export type Importer = { userId: string; name: string };
export type Presence = 'new' | 'here' | 'imported';
type Taking = {
  source: string;
  planned: Foreign;
  fields: readonly TakenField[];
  sha256: string;
  sizeBytes: number;
};

export type ImportedStore = ReturnType<typeof createImportedStore>;

const suffix = ' (imported)';
const maxChoices = 200;

export function createImportedStore(
  prisma: PrismaClient,
  { facts, fields: fieldsStore }: { facts: FactsStore; fields: FieldsStore },
) {
  return {
    check: (document: Foreign, fields: readonly TakenField[]): string[] =>
      readForeign(document, fields).lines,

    async fields(
      wanted: readonly ForeignField[],
      isDryRun: boolean,
    ): Promise<{ fields: TakenField[]; lines: string[] }> {
      const lines: string[] = [];
      const taken: TakenField[] = [];
      for (const one of wanted) {
        const found = await fieldFor(fieldsStore, one, isDryRun);
        if (typeof found === 'string') lines.push(say`Field “${one.name}” is left out: ${found}.`);
        else {
          taken.push({ ...found, ref: one.ref, id: isDryRun ? null : found.id });
          if (found.name !== one.name) lines.push(say`Field “${one.name}” is called “${found.name}” here.`);
        }
      }
      return { fields: taken, lines };
    },

    async presence(source: string, sourceId: string, sha256: string): Promise<Presence> {
      const [row] = await prisma.$queryRaw<{ imported: boolean; here: boolean }[]>`
        SELECT EXISTS (SELECT FROM imported_documents
            WHERE source = ${source} AND source_id = ${sourceId} AND sha256 = ${sha256}) AS imported,
          EXISTS (SELECT FROM documents WHERE sha256 = ${sha256}) AS here`;
      if (row?.imported) return 'imported';
      return row?.here ? 'here' : 'new';
    },

    /** @returns the document's id. Cut off anywhere, the next import completes it. */
    async take(
      importer: Importer,
      { source, planned: document, fields, sha256, sizeBytes }: Taking,
    ): Promise<string> {
      const { told } = readForeign(document, fields);
      const id = await prisma.$transaction((tx) => placeFor(tx, told, { sha256, sizeBytes }));
      const editor = editorOf(importer);
      await facts.edit(editor, id, await missing(prisma, id, told), () => true);
      await prisma.$transaction(async (tx) => {
        const key = { source, sourceId: document.sourceId, sha256 };
        const { count } = await tx.importedDocument.createMany({
          data: { ...key, documentId: id },
          skipDuplicates: true,
        });
        if (count === 0) return;
        await tx.documentEvent.create({
          data: {
            documentId: id,
            kind: 'imported',
            place: told.filename,
            byId: importer.userId,
            byName: importer.name,
          },
        });
        await tx.documentNote.createMany({
          data: told.notes.map(({ text, at, author }) => ({
            documentId: id,
            authorId: `${source}:${author ?? ''}`,
            authorName: author ?? importer.name,
            text,
            ...(at ? { at } : {}),
          })),
        });
        // Notes are found by their words: what is indexed already is indexed once more.
        if (told.notes.length > 0)
          await tx.$executeRaw`
            UPDATE documents SET revision = revision + 1, next_attempt_at = 'epoch',
              status = CASE WHEN status = 'searchable' THEN 'read' ELSE status END WHERE id = ${id}::uuid`;
      });
      return id;
    },

    async link(
      importer: Importer,
      {
        source,
        documentId,
        fieldId,
        to,
      }: { source: string; documentId: string; fieldId: string; to: string },
    ): Promise<boolean> {
      const target = await prisma.importedDocument.findFirst({
        where: { source, sourceId: to },
        orderBy: { at: 'desc' },
      });
      if (!target) return false;
      const [set] = await prisma.$queryRaw<unknown[]>`
        SELECT 1 FROM document_fields
        WHERE document_id = ${documentId}::uuid AND field_id = ${fieldId}::uuid`;
      if (!set)
        await facts.edit(
          editorOf(importer),
          documentId,
          { fields: { [fieldId]: target.documentId } },
          () => true,
        );
      return true;
    },
  };
}

/** The field of that name, when it is of the same kind; else a new one. @returns why not, in words */
async function fieldFor(
  fieldsStore: FieldsStore,
  one: ForeignField,
  isDryRun: boolean,
): Promise<Field | string> {
  const all = await fieldsStore.list();
  const reason = fieldName.safeParse(one.name).error?.issues[0]?.message ?? '';
  const names = reason === '' ? [one.name, one.name + suffix] : [one.name + suffix];
  for (const name of names) {
    const found = all.find(({ key }) => key === fieldKey(name));
    if (found && found.kind !== one.kind) continue;
    if (found) return withChoices(fieldsStore, found, { wanted: one.choices, isDryRun });
    const read = newField.safeParse({ name, kind: one.kind, choices: one.choices });
    if (!read.success) return read.error.issues[0]?.message ?? 'it is not allowed';
    if (isDryRun) return { ...read.data, id: '', key: fieldKey(name) };
    const made = await fieldsStore.make(read.data);
    if (made.ok) return made.field;
    return made.reason === 'too-many' ? 'there are too many fields' : 'it is there already';
  }
  return 'a field of that name is of another kind';
}

async function withChoices(
  fieldsStore: FieldsStore,
  field: Field,
  { wanted, isDryRun }: { wanted: readonly string[]; isDryRun: boolean },
): Promise<Field> {
  const choices = [...new Set([...field.choices, ...wanted])].slice(0, maxChoices);
  if (field.kind !== 'choice' || choices.length === field.choices.length) return field;
  if (isDryRun) return { ...field, choices };
  const changed = await fieldsStore.change(field.id, { choices });
  return changed.ok ? changed.field : field;
}

/** All people with a right to its folder see it, as what the watched folder brings. */
async function placeFor(
  tx: Prisma.TransactionClient,
  told: Told,
  { sha256, sizeBytes }: { sha256: string; sizeBytes: number },
): Promise<string> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${sha256}, 0))`;
  const same = await tx.document.findUnique({ where: { sha256 }, select: { id: true } });
  if (same) {
    await tx.document.update({
      where: { id: same.id },
      data: { isShared: true, supersededBy: null, hiddenAt: null },
    });
    return same.id;
  }
  const { id } = await tx.document.create({
    data: {
      sha256,
      sizeBytes,
      title: told.title,
      filename: told.filename,
      category: told.category,
      titleSet: true,
      categorySet: told.category !== null,
      status: 'kept',
      source: 'import',
      isShared: true,
      ...(told.addedAt ? { createdAt: told.addedAt } : {}),
    },
    select: { id: true },
  });
  await tx.documentVersion.create({
    data: { documentId: id, number: 1, sha256, sizeBytes, place: told.filename },
  });
  return id;
}

/** What is said there and not yet here. */
async function missing(prisma: PrismaClient, id: string, told: Told): Promise<Change> {
  const row = await prisma.document.findUniqueOrThrow({
    where: { id },
    select: {
      titleSet: true,
      categorySet: true,
      type: true,
      tags: true,
      correspondent: true,
      documentDate: true,
      fields: { select: { fieldId: true } },
    },
  });
  const set = new Set(row.fields.map(({ fieldId }) => fieldId));
  return {
    ...(row.titleSet ? {} : { title: told.title }),
    ...(row.categorySet || told.category === null ? {} : { category: told.category }),
    ...(row.type === null ? { type: told.type } : {}),
    ...(row.correspondent === null ? { correspondent: told.correspondent } : {}),
    ...(row.documentDate === null ? { date: told.date } : {}),
    tags: distinctTags([...row.tags, ...told.tags]).slice(0, maxTags),
    fields: Object.fromEntries(Object.entries(told.fields).filter(([field]) => !set.has(field))),
  };
}

function editorOf({ userId, name }: Importer): Editor {
  return { userId, name, isEditor: true, isSuperuser: true, groups: [] };
}
