/** The words of this room. */

export type MailRule = {
  from_contains: string;
  subject_contains: string;
  folder: string;
  tags: string[];
  /** What is done with the message afterwards. */
  afterwards: 'nothing' | 'mark-read' | 'move';
  move_to: string;
};
export type MailAccount = {
  name: string;
  host: string;
  port: number;
  security: 'tls' | 'starttls' | 'none';
  /** Certificates of authorities that are trusted in place of the usual ones; empty for those. */
  ca: string;
  user: string;
  password: string;
  mailbox: string;
  /** Older messages are left alone. */
  days_back: number;
  rules: MailRule[];
};

/** A message as a server describes it; nothing of its bodies. */
export type MailMessage = {
  uid: number;
  subject: string;
  from: { name: string; address: string };
  date: Date | null;
  sizeBytes: number;
  structure: MailPart | null;
};
export type MailPart = {
  part?: string | undefined;
  type: string;
  size?: number | undefined;
  parameters?: Record<string, string> | undefined;
  dispositionParameters?: Record<string, string> | undefined;
  childNodes?: MailPart[] | undefined;
};
export type Attachment = { part: string; filename: string; sizeBytes: number };

/** What is said of the documents of a message. */
export type MailSaid = {
  title?: string;
  correspondent?: string;
  date?: string;
  category: string;
  tags?: string[];
};

/** How a mailbox does. */
export type MailState = {
  account: string;
  mailbox: string;
  state: 'waiting' | 'reading' | 'ok' | 'failed';
  /** In words. */
  detail: string | null;
  checked_at: string | null;
  /** Messages of the present look: how many there are, and how many are done. */
  messages: number;
  done: number;
  documents: number;
};
