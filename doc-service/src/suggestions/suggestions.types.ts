/** The words of this room. */
export const recordFields = [
  'folder',
  'title',
  'file_name',
  'type',
  'correspondent',
  'date',
  'tags',
] as const;
export type RecordField = (typeof recordFields)[number];
/** They become fields of the archive's own. */
export const ownFields = ['invoice_number', 'amount', 'due_date', 'iban'] as const;
export type OwnField = (typeof ownFields)[number];
export const fields = [...recordFields, ...ownFields] as const;
export type Field = (typeof fields)[number];
/** Where a proposal comes from. */
export type Method = 'neighbours' | 'rules' | 'provider' | 'e-invoice';
export type Value = string | string[];

/** What is proposed for one field of one document. */
export type Proposal = {
  field: Field;
  value: Value;
  /** The archive does not hold it yet: a new folder, type or correspondent. */
  isNew: boolean;
  /** In words for the person who decides. */
  reason: string;
  /** From 0 to 1. */
  confidence: number;
  method: Method;
  /** Where in the document it stands. */
  page: number | null;
};

export type State = 'pending' | 'confirmed' | 'rejected';
export type SuggestionRow = {
  document_id: string;
  field: Field;
  value: Value;
  is_new: boolean;
  reason: string;
  confidence: number;
  method: Method;
  page: number | null;
  state: State;
  made_at: Date;
  decided_at: Date | null;
};

/** A document as proposals are made from it. */
export type Subject = {
  id: string;
  version: number;
  title: string;
  filename: string;
  category: string | null;
  type: string | null;
  tags: string[];
  correspondent: string | null;
  date: string | null;
  titleSet: boolean;
  categorySet: boolean;
  filenameSet: boolean;
  language: string | null;
  /** What the file says of the whole. */
  about: string;
  /** The text of the first pages, parted by form feeds. */
  text: string;
  /** Keys of the archive's own fields that have a value. */
  filled: string[];
  /** Fields that a person has decided about: nothing is proposed for them again. */
  decided: Field[];
};

/** What the invoice says that is attached as XML, as far as it is proposed. */
export type Invoice = {
  type_code: string | null;
  number: string;
  issue_date: string;
  due_date: string | null;
  currency: string;
  total: string;
  payable: string | null;
  iban: string | null;
  seller: string;
};

/** Another document of the archive that is like the subject. */
export type Neighbour = {
  id: string;
  /** From 0 to 1. */
  similarity: number;
  /** Words that mean one sender alone, such as an IBAN, stand in both. */
  hasSameSender: boolean;
  category: string | null;
  /** A person said that it does not lie there. */
  rejectedFolder: string | null;
  type: string | null;
  tags: string[];
  correspondent: string | null;
};

export const privacyLevels = ['none', 'local', 'any'] as const;
/** Who may be sent the text: no model, one inside the house, any. */
export type Privacy = (typeof privacyLevels)[number];

/** What became of asking a provider. */
export const providerStates = [
  'off',
  'not-connected',
  'private',
  'answered',
  'budget',
  'rate',
  'refused',
  'wrong-model',
  'untrusted',
  'unreachable',
  'slow',
  'cut',
  'too-large',
  'not-understood',
  'daily-limit',
] as const;
export type ProviderState = (typeof providerStates)[number];
