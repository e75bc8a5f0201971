/**
 * From the objects of an export's manifest to what they mean. Each is read by itself: a broken one breaks
 * no other.
 */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { z } from 'zod';
import type {
  PaperlessDocument,
  PaperlessExport,
  PaperlessField,
  PaperlessTag,
  PaperlessValue,
} from './paperless.types.ts';

const key = z.number().int();
const entry = z.looseObject({ model: z.string(), pk: z.unknown(), fields: z.looseObject({}) });
const reference = key.nullish().transform((given) => given ?? null);
const text = z
  .string()
  .nullish()
  .transform((given) => given || null);
const named = z.looseObject({ name: z.string() });
const moment = z
  .string()
  .nullish()
  .transform((given) => momentOf(given ?? null));
const documentFields = z.looseObject({
  title: z.string(),
  created: z
    .string()
    .nullish()
    .transform((given) => given?.slice(0, 10) ?? null)
    .pipe(z.iso.date().nullable()),
  added: moment,
  correspondent: reference,
  document_type: reference,
  storage_path: reference,
  tags: z
    .array(key)
    .nullish()
    .transform((given) => given ?? []),
  archive_serial_number: reference,
  filename: text,
  original_filename: text,
  checksum: text,
  archive_checksum: text,
  owner: reference.catch(null),
});
const tagFields = z.looseObject({ name: z.string(), tn_parent: reference, parent: reference });
const noteFields = z.looseObject({ note: z.string(), document: key, created: moment, user: reference });
const fieldKinds = [
  'string',
  'longtext',
  'url',
  'date',
  'boolean',
  'integer',
  'float',
  'monetary',
  'documentlink',
  'select',
] as const;
const extraData = z
  .looseObject({
    select_options: z
      .array(z.union([z.string(), z.looseObject({ id: z.string(), label: z.string() }), z.null()]))
      .nullish(),
    default_currency: z.string().nullish(),
  })
  .nullish();
const fieldFields = z.looseObject({
  name: z.string(),
  data_type: z.enum(fieldKinds),
  extra_data: z
    .union([extraData, z.string().transform((json) => extraData.catch(null).parse(parsedJson(json)))])
    .nullish(),
});
const valueFields = z.looseObject({ document: key, field: key });
/** Where each kind keeps its value. */
const valueNames = [
  'value_text',
  'value_long_text',
  'value_url',
  'value_date',
  'value_bool',
  'value_int',
  'value_float',
  'value_monetary',
  'value_document_ids',
  'value_select',
];
/** Of no use here and known to be so; others are told as unknown. */
const unused = /^(auth|authtoken|guardian|sites|socialaccount|account|mfa|auditlog|paperless_mail|django)/;

export function emptyExport(): PaperlessExport {
  return {
    documents: [],
    tags: new Map(),
    correspondents: new Map(),
    documentTypes: new Map(),
    storagePaths: new Map(),
    users: new Map(),
    fields: new Map(),
    notes: [],
    values: [],
    passedOver: new Map(),
    unreadable: [],
  };
}

/** Adds what a manifest holds. @param where its name, for what is told */
export function readManifest(into: PaperlessExport, json: unknown, where: string): void {
  if (!Array.isArray(json)) {
    into.unreadable.push(say`${where} is no list of objects.`);
    return;
  }
  for (const one of json) {
    const read = entry.safeParse(one);
    if (!read.success) into.unreadable.push(say`${where} holds something that is no object of Paperless.`);
    else if (!readEntry(into, read.data))
      into.unreadable.push(say`${read.data.model} ${String(read.data.pk)} in ${where} cannot be read.`);
  }
}

type Entry = z.output<typeof entry>;

/** @returns whether it could be read */
function readEntry(into: PaperlessExport, given: Entry): boolean {
  const pk = key.safeParse(given.pk);
  switch (given.model) {
    case 'documents.document':
      return pk.success && readDocument(into, pk.data, given);
    case 'documents.tag': {
      const read = tagFields.safeParse(given.fields);
      if (!read.success || !pk.success) return false;
      const { name, tn_parent: node, parent } = read.data;
      into.tags.set(pk.data, { key: pk.data, name, parent: node ?? parent });
      return true;
    }
    case 'documents.correspondent':
      return pk.success && readNamed(into.correspondents, pk.data, given.fields);
    case 'documents.documenttype':
      return pk.success && readNamed(into.documentTypes, pk.data, given.fields);
    case 'documents.storagepath':
      return pk.success && readNamed(into.storagePaths, pk.data, given.fields);
    case 'auth.user': {
      const name = z.looseObject({ username: z.string() }).safeParse(given.fields);
      if (name.success && pk.success) into.users.set(pk.data, { key: pk.data, name: name.data.username });
      return name.success && pk.success;
    }
    case 'documents.note': {
      const read = noteFields.safeParse(given.fields);
      if (!read.success) return false;
      const { note, document, created, user } = read.data;
      into.notes.push({ text: note, document, at: created, user });
      return true;
    }
    case 'documents.customfield':
      return pk.success && readField(into, pk.data, given.fields);
    case 'documents.customfieldinstance':
      return readValue(into.values, given.fields);
    default:
      into.passedOver.set(given.model, (into.passedOver.get(given.model) ?? 0) + 1);
      return true;
  }
}

export function isKnownAsUnused(model: string): boolean {
  return (
    unused.test(model) ||
    /^documents\.(savedview|workflow|sharelink|uisettings|log|paperlesstask)/.test(model)
  );
}

function readDocument(into: PaperlessExport, pk: number, given: Entry): boolean {
  const read = documentFields.safeParse(given.fields);
  if (!read.success) return false;
  const { data } = read;
  const document: PaperlessDocument = {
    key: pk,
    title: data.title,
    created: data.created,
    added: data.added,
    correspondent: data.correspondent,
    documentType: data.document_type,
    storagePath: data.storage_path,
    tags: data.tags,
    serialNumber: data.archive_serial_number,
    owner: data.owner,
    filename: data.filename,
    originalFilename: data.original_filename,
    checksum: data.checksum,
    archiveChecksum: data.archive_checksum,
    exportedFile: text.catch(null).parse(given['__exported_file_name__']),
    exportedArchive: text.catch(null).parse(given['__exported_archive_name__']),
  };
  into.documents.push(document);
  return true;
}

function readNamed(into: Map<number, { key: number; name: string }>, pk: number, fields: unknown): boolean {
  const read = named.safeParse(fields);
  if (read.success) into.set(pk, { key: pk, name: read.data.name });
  return read.success;
}

function readField(into: PaperlessExport, pk: number, given: unknown): boolean {
  const read = fieldFields.safeParse(given);
  if (!read.success) return false;
  const { name, data_type: kind, extra_data: extra } = read.data;
  const choices = (extra?.select_options ?? []).flatMap((option, index) => {
    if (option === null) return [];
    return typeof option === 'string'
      ? [{ id: String(index), label: option }]
      : [{ id: option.id, label: option.label }];
  });
  const field: PaperlessField = { key: pk, name, kind, choices, currency: extra?.default_currency || null };
  into.fields.set(pk, field);
  return true;
}

function readValue(into: PaperlessValue[], given: Readonly<Record<string, unknown>>): boolean {
  const read = valueFields.safeParse(given);
  if (!read.success) return false;
  const name = valueNames.find((one) => given[one] !== null && given[one] !== undefined);
  const { document, field } = read.data;
  if (name !== undefined) into.push({ document, field, value: given[name] });
  return true;
}

/** `Taxes/2024` for a tag below another; a circle ends where it began. */
export function tagPath(tags: ReadonlyMap<number, PaperlessTag>, of: number): string | null {
  const names: string[] = [];
  const seen = new Set<number>();
  for (let at: number | null = of; at !== null && !seen.has(at);) {
    seen.add(at);
    const tag: PaperlessTag | undefined = tags.get(at);
    if (!tag) break;
    names.unshift(tag.name);
    at = tag.parent;
  }
  return names.length === 0 ? null : names.join('/');
}

function momentOf(given: string | null): Date | null {
  const at = given === null ? Number.NaN : Date.parse(given);
  return Number.isNaN(at) ? null : new Date(at);
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
