/** Mailboxes whose PDFs become documents: their JSON Schema, and how they are read. */
import { z } from 'zod';

const text = (title: string, more: object = {}) => ({ type: 'string', title, maxLength: 255, ...more });

const ruleSchema = {
  type: 'object',
  title: 'Rule',
  additionalProperties: false,
  required: ['folder'],
  properties: {
    from_contains: text('Sender contains', { description: 'Empty: any sender.', default: '' }),
    subject_contains: text('Subject contains', { description: 'Empty: any subject.', default: '' }),
    folder: text('Folder', {
      description: 'Where the documents lie. All who may see this folder see them.',
      minLength: 1,
      maxLength: 1000,
    }),
    tags: {
      type: 'array',
      title: 'Tags',
      items: { type: 'string', minLength: 1, maxLength: 100 },
      maxItems: 50,
      uniqueItems: true,
      default: [],
    },
    afterwards: {
      type: 'string',
      title: 'Afterwards the message',
      oneOf: [
        { const: 'nothing', title: 'stays as it is' },
        { const: 'mark-read', title: 'is marked as read' },
        { const: 'move', title: 'is moved' },
      ],
      default: 'nothing',
    },
    move_to: text('Move to the mailbox', { description: 'It must be there already.', default: '' }),
  },
};

export const mailSchema = {
  mail_accounts: {
    type: 'array',
    title: 'Mailboxes',
    description: 'PDFs that come by mail become documents. Messages are never deleted.',
    maxItems: 20,
    default: [],
    items: {
      type: 'object',
      title: 'Mailbox',
      additionalProperties: false,
      required: ['name', 'host', 'user'],
      properties: {
        name: text('Name', { minLength: 1, maxLength: 100 }),
        host: text('IMAP server', { minLength: 1 }),
        port: { type: 'integer', title: 'Port', minimum: 1, maximum: 65_535, default: 993 },
        security: {
          type: 'string',
          title: 'Security',
          oneOf: [
            { const: 'tls', title: 'TLS' },
            { const: 'starttls', title: 'STARTTLS' },
            { const: 'none', title: 'none: the password goes in clear text' },
          ],
          default: 'tls',
        },
        ca: {
          type: 'string',
          title: 'Certificate of its authority',
          description:
            'For a server with a certificate of your own: the authority’s, as PEM. Else leave it empty.',
          format: 'textarea',
          maxLength: 20_000,
          default: '',
        },
        user: text('User', { minLength: 1 }),
        password: text('Password', { writeOnly: true, format: 'password', maxLength: 1000 }),
        mailbox: text('Mailbox', {
          description: 'Such as INBOX, or INBOX/Bills.',
          minLength: 1,
          default: 'INBOX',
        }),
        days_back: {
          type: 'integer',
          title: 'Leave messages alone that are older than … days',
          description: '0: none is too old.',
          minimum: 0,
          maximum: 36_500,
          default: 30,
        },
        rules: {
          type: 'array',
          title: 'Rules',
          description: 'The first that fits decides. A message that fits none is left alone.',
          maxItems: 50,
          default: [],
          items: ruleSchema,
        },
      },
    },
  },
  mail_minutes: {
    type: 'integer',
    title: 'Look for mail every … minutes',
    minimum: 1,
    maximum: 1440,
    default: 10,
  },
};

const rule = z.object({
  from_contains: z.string().default(''),
  subject_contains: z.string().default(''),
  folder: z.string().min(1),
  tags: z.array(z.string()).default([]),
  afterwards: z.enum(['nothing', 'mark-read', 'move']).default('nothing'),
  move_to: z.string().default(''),
});
const account = z.object({
  name: z.string(),
  host: z.string().min(1),
  port: z.int().min(1).max(65_535).default(993),
  security: z.enum(['tls', 'starttls', 'none']).default('tls'),
  ca: z.string().default(''),
  user: z.string(),
  password: z.string().default(''),
  mailbox: z.string().default('INBOX'),
  days_back: z.int().min(0).default(30),
  rules: z.array(rule).default([]),
});
export const mailReading = {
  mail_accounts: z.array(account).catch([]),
  mail_minutes: z.int().min(1).max(1440).catch(10),
};
