/**
 * What an export of Paperless-ngx says, as far as it is taken over. Numbers are the keys that Paperless
 * gave.
 */
export type PaperlessDocument = {
  key: number;
  title: string;
  /** The day that it bears, such as `2026-03-31`. */
  created: string | null;
  added: Date | null;
  correspondent: number | null;
  documentType: number | null;
  storagePath: number | null;
  tags: number[];
  serialNumber: number | null;
  /** A user there. */
  owner: number | null;
  /** Where Paperless kept it, below its own folder of originals. */
  filename: string | null;
  originalFilename: string | null;
  checksum: string | null;
  archiveChecksum: string | null;
  /** The files of the export, as it names them. */
  exportedFile: string | null;
  exportedArchive: string | null;
};
export type PaperlessTag = { key: number; name: string; parent: number | null };
export type PaperlessNamed = { key: number; name: string };
export type PaperlessNote = { document: number; text: string; at: Date | null; user: number | null };
export type PaperlessFieldKind =
  | 'string'
  | 'longtext'
  | 'url'
  | 'date'
  | 'boolean'
  | 'integer'
  | 'float'
  | 'monetary'
  | 'documentlink'
  | 'select';
export type PaperlessField = {
  key: number;
  name: string;
  kind: PaperlessFieldKind;
  /** By their ids, or by their places in older exports. */
  choices: { id: string; label: string }[];
  currency: string | null;
};
export type PaperlessValue = { document: number; field: number; value: unknown };

export type PaperlessExport = {
  documents: PaperlessDocument[];
  tags: Map<number, PaperlessTag>;
  correspondents: Map<number, PaperlessNamed>;
  documentTypes: Map<number, PaperlessNamed>;
  storagePaths: Map<number, PaperlessNamed>;
  users: Map<number, PaperlessNamed>;
  fields: Map<number, PaperlessField>;
  notes: PaperlessNote[];
  values: PaperlessValue[];
  /** What is of no use here, by its model: how many. */
  passedOver: Map<string, number>;
  /** What could not be read, in words. */
  unreadable: string[];
};
