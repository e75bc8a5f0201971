/** What the routes of proposals are for, what they read and what they answer: for the service's OpenAPI. */
import { z } from 'zod';
import type { Descriptions } from '#platform/described.ts';
import { privacyBody } from './privacy.routes.ts';
import { batchBody, confirmBody, fieldsBody, inboxQuery, valuesBody } from './suggestions.routes.ts';

const proposal = z.object({
  field: z.string(),
  value: z.unknown(),
  current: z.unknown(),
  is_new: z.boolean(),
  reason: z.string(),
  confidence: z.number(),
  source: z.object({ method: z.string(), page: z.int().nullable() }),
  state: z.string(),
  made_at: z.iso.datetime(),
  decided_at: z.iso.datetime().nullable(),
});
const ofDocument = z.object({
  items: z.array(proposal),
  may_edit: z.boolean(),
  run: z.looseObject({ state: z.string() }).nullable(),
  undo_id: z.uuid().nullable().optional(),
});
const inbox = z.object({
  items: z.array(z.looseObject({ confidence: z.number(), suggestions: z.array(proposal) })),
  total: z.int(),
  model: z.looseObject({ state: z.string() }),
  next: z.string().nullable(),
  folders: z.array(z.unknown()).optional(),
  sure_from: z.number().optional(),
});
const privacy = z.object({ items: z.array(z.unknown()), default: z.string(), may_edit: z.boolean() });
const decided = { answer: ofDocument, problems: [403, 409] };

export const suggestionsDescriptions: Descriptions = {
  'GET /documents/badges': {
    summary: 'What waits for the caller, counted for the sidebar of the shell',
    answer: z.record(z.string(), z.int()),
  },
  'GET /documents/suggestions': {
    summary: 'The inbox: documents with proposals, the surest first',
    query: inboxQuery,
    answer: inbox,
  },
  'POST /documents/suggestions/confirm': {
    summary: 'Accepts all that is sure enough, of one folder or of all',
    body: batchBody,
    answer: z.object({ changed: z.int(), skipped: z.int(), undo_id: z.uuid().nullable() }),
    problems: [409],
  },
  'GET /documents/suggestions/usage': {
    summary: 'What models used and cost in the last 30 days',
    answer: z.object({ since: z.iso.datetime(), days: z.int(), items: z.array(z.looseObject({})) }),
    problems: [403],
  },
  'GET /documents/suggestions/privacy': { summary: 'Which model may read which folder', answer: privacy },
  'PATCH /documents/suggestions/privacy': {
    summary: 'Says so for a folder, or takes it back',
    body: privacyBody,
    answer: privacy,
    problems: [403],
  },
  'GET /documents/:id/suggestions': { summary: 'The proposals for a document', answer: ofDocument },
  'POST /documents/:id/suggestions/confirm': {
    summary: 'Accepts values of fields',
    body: valuesBody,
    ...decided,
  },
  'POST /documents/:id/suggestions/reject': { summary: 'Rejects fields', body: fieldsBody, ...decided },
  'POST /documents/:id/suggestions/reopen': {
    summary: 'Takes a rejection back',
    body: fieldsBody,
    ...decided,
  },
  'POST /documents/:id/suggestions/:field/confirm': {
    summary: 'Accepts one field, as proposed or with another value',
    body: confirmBody,
    isBodyOptional: true,
    ...decided,
  },
  'POST /documents/:id/suggestions/:field/reject': { summary: 'Rejects one field', ...decided },
  'POST /documents/:id/suggestions/:field/reopen': {
    summary: 'Takes the rejection of one field back',
    ...decided,
  },
};
