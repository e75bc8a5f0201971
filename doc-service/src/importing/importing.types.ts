/** The words of this room, and what it needs of the room of documents. */

/** A document of another archive, as it would be here. Its texts are not checked yet. */
export type Planned = {
  /** Its number in the other archive. */
  sourceId: string;
  title: string;
  filename: string;
  category: string | null;
  type: string | null;
  correspondent: string | null;
  tags: string[];
  date: string | null;
  addedAt: Date | null;
  values: { field: string; value: unknown }[];
  /** To documents of the other archive, by their numbers there. */
  links: { field: string; to: string[] }[];
  notes: { text: string; at: Date | null; author: string | null }[];
  /** Files of the export, the wanted one first; each with the checksum that the other archive noted. */
  files: { name: string; checksum: string | null }[];
  /** What is not taken over of it, in words. */
  lines: string[];
};
/** A field of the other archive. @property ref what `values` and `links` name it by */
export type PlannedField = {
  ref: string;
  name: string;
  kind: 'text' | 'number' | 'money' | 'date' | 'choice' | 'link';
  choices: string[];
};
export type Plan = {
  documents: Planned[];
  fields: PlannedField[];
  /** About the whole. */
  lines: string[];
};

/** A field here. @property id null while nothing is written */
export type TakenField = PlannedField & { id: string | null; key: string };
/** `new`: not here; `here`: these bytes are a document already; `imported`: it was taken over once. */
export type Presence = 'new' | 'here' | 'imported';
export type Importer = { userId: string; name: string };

/** What the room of documents does for an import. */
export type Archive = {
  /** What would be taken of it, and in words what would not. */
  check: (planned: Planned, fields: readonly TakenField[]) => string[];
  /** Makes those that are missing. @param isDryRun makes none */
  fields: (
    planned: readonly PlannedField[],
    isDryRun: boolean,
  ) => Promise<{ fields: TakenField[]; lines: string[] }>;
  presence: (source: string, sourceId: string, sha256: string) => Promise<Presence>;
  /** @returns the document's id */
  take: (
    importer: Importer,
    taken: {
      source: string;
      planned: Planned;
      fields: readonly TakenField[];
      sha256: string;
      sizeBytes: number;
    },
  ) => Promise<string>;
  /** @returns false when the other document was not taken over */
  link: (
    importer: Importer,
    linked: { source: string; documentId: string; fieldId: string; to: string },
  ) => Promise<boolean>;
};
export type Keep = (
  path: string,
  root: string,
) => Promise<{ ok: true; sha256: string; sizeBytes: number } | { ok: false; reason: string }>;

export type ReportLine = { document: string | null; text: string };
export type Report = {
  is_dry_run: boolean;
  documents: number;
  new: number;
  /** These bytes are here already: they get what is said of them there and not yet here. */
  joined: number;
  /** Taken over by an import before. */
  already: number;
  refused: number;
  fields: string[];
  lines: ReportLine[];
  /** Lines beyond those that are listed. */
  lines_left_out: number;
};
/** An export that cannot be read at all, said in a sentence. */
export class ImportingRefusal extends Error {}
