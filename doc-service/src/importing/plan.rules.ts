/** What an export of Paperless-ngx becomes here, and in words what it does not become. */
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Plan, Planned, PlannedField } from './importing.types.ts';
import { isKnownAsUnused, tagPath } from './manifest.rules.ts';
import type {
  PaperlessDocument,
  PaperlessExport,
  PaperlessField,
  PaperlessFieldKind,
  PaperlessValue,
} from './paperless.types.ts';

const kinds: Record<PaperlessFieldKind, PlannedField['kind']> = {
  string: 'text',
  longtext: 'text',
  url: 'text',
  date: 'date',
  boolean: 'choice',
  integer: 'number',
  float: 'number',
  monetary: 'money',
  documentlink: 'link',
  select: 'choice',
};
/** What ISO 4217 calls "no currency". */
const noCurrency = 'XXX';
export const serialNumberRef = 'archive-serial-number';
const serialNumber: PlannedField = {
  ref: serialNumberRef,
  name: 'Archive serial number',
  kind: 'number',
  choices: [],
};

export const ownerRef = 'owner';
const owner: PlannedField = { ref: ownerRef, name: 'Owner', kind: 'text', choices: [] };

export function planOf(found: PaperlessExport): Plan {
  const byDocument = Map.groupBy(found.values, ({ document }) => document);
  const notes = Map.groupBy(found.notes, ({ document }) => document);
  const hasSerials = found.documents.some((one) => one.serialNumber !== null);
  const documents = found.documents.map((document): Planned => {
    const { values, links, lines } = fieldsOf(found, byDocument.get(document.key) ?? []);
    if (document.serialNumber !== null) values.push({ field: serialNumberRef, value: document.serialNumber });
    const ownerName = nameIn(found.users, document.owner);
    if (ownerName !== null) values.push({ field: ownerRef, value: ownerName });
    const folder = folderOf(found, document);
    const missing = missingOf(found, document);
    return {
      sourceId: String(document.key),
      title: document.title,
      filename: filenameOf(document),
      category: folder,
      type: nameIn(found.documentTypes, document.documentType),
      correspondent: nameIn(found.correspondents, document.correspondent),
      tags: document.tags.flatMap((tag) => tagPath(found.tags, tag) ?? []),
      date: document.created,
      addedAt: document.added,
      values,
      links,
      notes: (notes.get(document.key) ?? []).map(({ text, at, user }) => ({
        text,
        at,
        author: nameIn(found.users, user),
      })),
      files: filesOf(document),
      lines: [...missing, ...lines],
    };
  });
  const hasOwners = found.documents.some((one) => nameIn(found.users, one.owner) !== null);
  return {
    documents,
    fields: [
      ...[...found.fields.values()].map(plannedField),
      ...(hasSerials ? [serialNumber] : []),
      ...(hasOwners ? [owner] : []),
    ],
    lines: [...found.unreadable, ...linesAbout(found)],
  };
}

function linesAbout({ passedOver, documents }: PaperlessExport): string[] {
  const owned = documents.filter((one) => one.owner !== null).length;
  const unknown = [...passedOver].filter(([model]) => !isKnownAsUnused(model));
  const unused = [...passedOver].filter(([model]) => isKnownAsUnused(model));
  const archived = documents.filter((one) => one.exportedArchive !== null && isPdf(one.exportedFile)).length;
  return [
    ...unknown.map(([model, count]) => say`${count} of ${model} are not known here and are passed over.`),
    ...(unused.length > 0
      ? [say`Passed over, since an archive has no use for it: ${unused.map(([model]) => model).join(', ')}.`]
      : []),
    ...(owned > 0
      ? [
          `${say`${owned} documents have an owner in Paperless.`} ` +
            'The name is kept in the field Owner; who sees a document is said by its folder.',
        ]
      : []),
    ...(archived > 0
      ? [
          `${say`${archived} documents have an archive version too.`} ` +
            'The original is taken; where its pages are pictures, the text of the archive version is used.',
        ]
      : []),
  ];
}

function plannedField({ key, name, kind, choices }: PaperlessField): PlannedField {
  const labels = kind === 'boolean' ? ['Yes', 'No'] : choices.map(({ label }) => label);
  return { ref: String(key), name, kind: kinds[kind], choices: labels };
}

type Fields = Pick<Planned, 'values' | 'links' | 'lines'>;

function fieldsOf(found: PaperlessExport, given: readonly PaperlessValue[]): Fields {
  const fields: Fields = { values: [], links: [], lines: [] };
  for (const { field: key, value } of given) {
    const field = found.fields.get(key);
    if (!field) fields.lines.push(say`A value of field ${key}, which the export does not have, is left out.`);
    else if (field.kind === 'documentlink') {
      const to = Array.isArray(value) ? value.filter((one) => Number.isInteger(one)).map(String) : [];
      if (to.length > 1)
        fields.lines.push(
          say`Field “${field.name}” leads to ${to.length} documents; here it leads to one: the first.`,
        );
      if (to.length > 0) fields.links.push({ field: String(key), to });
    } else {
      const read = valueOf(field, value);
      if (read.value === null) fields.lines.push(say`Field “${field.name}”: ${read.why}.`);
      else {
        fields.values.push({ field: String(key), value: read.value });
        if (read.why !== '') fields.lines.push(say`Field “${field.name}”: ${read.why}.`);
      }
    }
  }
  return fields;
}

/** @property why what is to be told of it; with a null value: why there is none */
type Read = { value: unknown; why: string };

function valueOf(field: PaperlessField, value: unknown): Read {
  const { kind } = field;
  if (kind === 'boolean') return { value: value === true ? 'Yes' : 'No', why: '' };
  if (kind === 'monetary')
    return moneyOf(field, typeof value === 'string' || typeof value === 'number' ? String(value) : '');
  if (kind !== 'select') return { value, why: '' };
  const label = field.choices.find(({ id }) => id === String(value))?.label ?? null;
  return { value: label, why: label === null ? 'its choice is not in the export' : '' };
}

/** `EUR12.50`, or `12.50` in the currency of the field. */
function moneyOf({ currency }: PaperlessField, given: string): Read {
  const [, own = '', amount = ''] = /^([A-Z]{3})?\s*(-?\d+(?:\.\d+)?)$/.exec(given.trim()) ?? [];
  if (amount === '') return { value: null, why: say`“${given.slice(0, 40)}” is no amount` };
  const known = own || currency || '';
  return {
    value: { amount, currency: known || noCurrency },
    why: known === '' ? say`${amount} has no currency; it is noted as ${noCurrency}` : '',
  };
}

/**
 * Where Paperless kept it tells its storage path with everything filled in; without one, the name of the
 * path.
 */
function folderOf(found: PaperlessExport, { storagePath, filename }: PaperlessDocument): string | null {
  const end = filename?.lastIndexOf('/') ?? -1;
  if (filename !== null && end > 0) return filename.slice(0, end);
  return nameIn(found.storagePaths, storagePath);
}

function missingOf(found: PaperlessExport, document: PaperlessDocument): string[] {
  const { correspondent, documentType, storagePath, tags } = document;
  const lost = (what: string, key: number | null, all: ReadonlyMap<number, unknown>): string[] =>
    key === null || all.has(key) ? [] : [say`Its ${what} (${key}) is not in the export.`];
  return [
    ...lost('correspondent', correspondent, found.correspondents),
    ...lost('type', documentType, found.documentTypes),
    ...lost('storage path', storagePath, found.storagePaths),
    ...tags.flatMap((tag) => lost('tag', tag, found.tags)),
  ];
}

function filesOf(document: PaperlessDocument): Planned['files'] {
  const { exportedFile, exportedArchive, checksum, archiveChecksum } = document;
  return [
    ...(exportedFile !== null ? [{ name: exportedFile, checksum }] : []),
    ...(exportedArchive !== null ? [{ name: exportedArchive, checksum: archiveChecksum }] : []),
  ];
}

function filenameOf({ originalFilename, exportedFile, title }: PaperlessDocument): string {
  const name = (originalFilename ?? exportedFile ?? title).split('/').at(-1) ?? title;
  return isPdf(name) ? name : `${name.replace(/\.[a-z0-9]{1,5}$/i, '')}.pdf`;
}

function isPdf(name: string | null): boolean {
  return name !== null && /\.pdf$/i.test(name);
}

function nameIn(all: ReadonlyMap<number, { name: string }>, key: number | null): string | null {
  return key === null ? null : (all.get(key)?.name ?? null);
}
