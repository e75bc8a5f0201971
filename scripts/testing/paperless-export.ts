/**
 * An export as `document_exporter` of Paperless-ngx writes it: a manifest, originals, archive versions,
 * thumbnails.
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pdf } from './pdf.ts';

type Fields = Record<string, unknown>;
export type Entry = { model: string; pk: number; fields: Fields; [more: `__${string}`]: unknown };
export type ExportedFile = { name: string; bytes: Uint8Array };
export type MadeExport = { entries: Entry[]; files: ExportedFile[] };

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

/** A document with its files. @param rest fields beside the usual ones */
export async function exportedDocument(
  pk: number,
  title: string,
  rest: Fields & { bytes?: Uint8Array; archive?: Uint8Array; exported?: string } = {},
): Promise<MadeExport> {
  const { bytes: given, archive, exported = `${String(pk).padStart(7, '0')} ${title}.pdf`, ...fields } = rest;
  const bytes = given ?? (await pdf(`${title}. This is document ${pk} of the export.`));
  const archiveName = exported.replace(/\.[^.]*$/, '-archive.pdf');
  const thumbnail = exported.replace(/\.[^.]*$/, '-thumbnail.webp');
  return {
    entries: [
      {
        model: 'documents.document',
        pk,
        fields: {
          correspondent: null,
          storage_path: null,
          title,
          document_type: null,
          content: `${title}. What Paperless read.`,
          mime_type: 'application/pdf',
          tags: [],
          checksum: md5(bytes),
          archive_checksum: archive === undefined ? null : md5(archive),
          created: '2024-02-11',
          modified: '2024-03-01T09:00:00Z',
          added: '2024-02-12T10:30:00Z',
          filename: `${String(pk).padStart(7, '0')}.pdf`,
          archive_filename: null,
          original_filename: exported,
          archive_serial_number: null,
          owner: 3,
          ...fields,
        },
        __exported_file_name__: exported,
        __exported_thumbnail_name__: thumbnail,
        ...(archive === undefined ? {} : { __exported_archive_name__: archiveName }),
      },
    ],
    files: [
      { name: exported, bytes },
      { name: thumbnail, bytes: Buffer.from('RIFF....WEBP') },
      ...(archive === undefined ? [] : [{ name: archiveName, bytes: archive }]),
    ],
  };
}

/**
 * What an office has: nested tags, correspondents, types, a storage path, fields of every kind, notes, a
 * link.
 */
export async function officeExport(): Promise<MadeExport> {
  const one = (model: string, pk: number, fields: Fields): Entry => ({ model, pk, fields });
  const field = (pk: number, name: string, dataType: string, extra: Fields = {}): Entry =>
    one('documents.customfield', pk, { name, data_type: dataType, extra_data: extra });
  const value = (pk: number, fieldKey: number, values: Fields): Entry =>
    one('documents.customfieldinstance', pk, { document: 21, field: fieldKey, ...values });
  const documents = [
    await exportedDocument(21, 'Water bill 2024', {
      correspondent: 1,
      document_type: 5,
      storage_path: 7,
      tags: [11, 12],
      archive_serial_number: 4711,
      filename: 'Taxes/2024/water-bill.pdf',
      archive: await pdf('Water bill 2024, archived'),
    }),
    await exportedDocument(22, 'Lease', { document_type: 6, tags: [12] }),
    await exportedDocument(23, 'Photographed receipt', {
      bytes: Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]),
      mime_type: 'image/png',
      exported: '0000023 receipt.png',
      archive: await pdf('Receipt, made a PDF by Paperless'),
    }),
  ];
  return {
    entries: [
      one('auth.user', 3, { username: 'ada', password: 'pbkdf2$not-taken' }),
      one('documents.correspondent', 1, { name: 'Stadtwerke', match: '', owner: 3 }),
      one('documents.documenttype', 5, { name: 'Invoice' }),
      one('documents.documenttype', 6, { name: 'Contract' }),
      one('documents.storagepath', 7, { name: 'Taxes', path: 'Taxes/{{ created_year }}/{{ title }}' }),
      one('documents.tag', 11, { name: '2024', color: '#a6cee3', tn_parent: 10 }),
      one('documents.tag', 10, { name: 'Taxes', color: '#a6cee3', tn_parent: null }),
      one('documents.tag', 12, { name: 'home', color: '#b2df8a', tn_parent: null }),
      one('documents.savedview', 1, { name: 'Inbox' }),
      one('documents.hologram', 1, { name: 'from a later version' }),
      field(31, 'Amount', 'monetary', { default_currency: 'EUR' }),
      field(32, 'Due', 'date'),
      field(33, 'Paid', 'boolean'),
      field(34, 'Copies', 'integer'),
      field(35, 'State', 'select', {
        select_options: [
          { id: 'aa', label: 'Open' },
          { id: 'bb', label: 'Done' },
        ],
      }),
      field(36, 'See also', 'documentlink'),
      field(37, 'Web', 'url'),
      field(38, 'Date', 'string'),
      value(51, 31, { value_monetary: 'EUR119.00' }),
      value(52, 32, { value_date: '2024-04-01' }),
      value(53, 33, { value_bool: false }),
      value(54, 34, { value_int: 2 }),
      value(55, 35, { value_select: 'bb' }),
      value(56, 36, { value_document_ids: [22] }),
      value(57, 37, { value_url: 'https://example.org/bill' }),
      value(58, 38, { value_text: 'second of the month' }),
      one('documents.note', 61, {
        note: 'Paid by hand',
        document: 21,
        created: '2024-02-13T08:00:00Z',
        user: 3,
      }),
      ...documents.flatMap(({ entries }) => entries),
    ],
    files: documents.flatMap(({ files }) => files),
  };
}

/**
 * @param isSplit as `--split-manifest` writes it: each document beside its file, with its notes and values
 */
export async function writeExport(folder: string, made: MadeExport, isSplit = false): Promise<void> {
  await mkdir(folder, { recursive: true });
  const documents = made.entries.filter(({ model }) => model === 'documents.document');
  const belongs = ({ model, fields }: Entry, pk: number): boolean =>
    /note|customfieldinstance/.test(model) && fields['document'] === pk;
  const isApart = (entry: Entry): boolean =>
    documents.includes(entry) || documents.some(({ pk }) => belongs(entry, pk));
  const main = isSplit ? made.entries.filter((entry) => !isApart(entry)) : made.entries;
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(main));
  await writeFile(join(folder, 'metadata.json'), JSON.stringify({ version: '2.20.1' }));
  if (isSplit)
    for (const document of documents) {
      const own = [document, ...made.entries.filter((entry) => belongs(entry, document.pk))];
      const base = String(document['__exported_file_name__']).replace(/\.[^.]*$/, '');
      await writeFile(join(folder, `${base}-manifest.json`), JSON.stringify(own));
    }
  for (const { name, bytes } of made.files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
}
