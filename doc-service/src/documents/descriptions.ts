/** What the routes are for, and which schemas read their requests: for the service's OpenAPI. */
import { z } from 'zod';
import { bulkBody } from './edit.routes.ts';
import { categoryPath, documentType, tagList, title } from './edit.rules.ts';
import { listQuery } from './list-query.rules.ts';

export const descriptions = {
  'GET /documents': { summary: 'A page of the list, or of what a search finds', query: listQuery },
  'GET /documents/suggest': {
    summary: 'What the last word of a query may go on to',
    query: z.object({ q: z.string().default('') }),
  },
  'GET /documents/badges': { summary: 'What waits for the caller, counted for the sidebar of the shell' },
  'GET /documents/status': { summary: 'How many documents are at which station, and what is stuck' },
  'GET /documents/arrivals': {
    summary: 'How many files came by which way, and which were refused to the caller',
  },
  'GET /documents/mail': { summary: 'How the mailboxes do, and what of their mail was not taken' },
  'POST /documents/mail/look': { summary: 'Looks through the mailboxes now' },
  'GET /documents/suggestions/usage': { summary: 'What models used and cost in the last 30 days' },
  'GET /documents/export': {
    summary: 'Everything as a tar: records as JSON lines, and originals. Superusers alone',
  },
  'GET /documents/imports/paperless': {
    summary: 'Exports of Paperless-ngx that lie ready, and how the last import went. Superusers alone',
  },
  'POST /documents/imports/paperless': {
    summary: 'Takes an export of Paperless-ngx over: name, and dry_run, which is true by itself',
  },
  'GET /documents/openapi.json': { summary: 'This description' },
  'GET /documents/categories': { summary: 'The tree of categories with counts' },
  'POST /documents/categories': { summary: 'A new category', body: z.object({ path: categoryPath }) },
  'POST /documents/upload': { summary: 'A PDF, as the only file of a multipart body' },
  'POST /documents/bulk': { summary: 'One change of many documents', body: bulkBody },
  'POST /documents/bulk/:id/undo': { summary: 'Takes a change of many back' },
  'GET /documents/:id': { summary: 'A document with its text, versions and history' },
  'DELETE /documents/:id': { summary: 'Into the trash; the file stays as it is' },
  'POST /documents/:id/restore': { summary: 'Out of the trash' },
  'POST /documents/:id/retry': { summary: 'Tries again what is stuck' },
  'GET /documents/:id/download': { summary: 'The exact bytes; ranges are answered' },
  'PATCH /documents/:id/title': { summary: 'Another title', body: z.object({ title }) },
  'PATCH /documents/:id/type': { summary: 'Another type, or none', body: z.object({ type: documentType }) },
  'PATCH /documents/:id/tags': { summary: 'Its tags, all of them', body: z.object({ tags: tagList }) },
} as const;
