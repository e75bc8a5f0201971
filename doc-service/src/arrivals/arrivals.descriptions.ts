/** What the ways in are for, and what they answer: for the service's OpenAPI. */
import { z } from 'zod';
import type { Descriptions } from '#platform/described.ts';

const form = {
  summary: 'A PDF and what is said of it, as the programs for Paperless-ngx send them. The answer is its id',
  bodyMedia: 'multipart/form-data',
  filePart: 'document',
  answer: z.string(),
  problems: [413, 415, 507],
};

const arrivals = z.object({
  may_manage: z.boolean(),
  may_import: z.boolean(),
  days: z.int(),
  ways: z.array(z.looseObject({ way: z.string(), taken: z.int(), refused: z.int() })),
  refused: z.array(z.looseObject({ at: z.iso.datetime(), way: z.string(), reason: z.string() })),
});

const ofDav: Descriptions = {
  OPTIONS: { summary: 'What a program of WebDAV may do here', media: '*/*' },
  GET: { summary: 'What was itself sent here of late', media: '*/*' },
  HEAD: { summary: 'Whether it was sent here of late', media: '*/*' },
  PUT: {
    summary: 'A PDF under a name',
    bodyMedia: 'application/pdf',
    media: '*/*',
    status: 201,
    problems: [409, 413, 415, 507],
  },
  DELETE: { summary: 'Forgets the name; no document is deleted', status: 204, problems: [403] },
};
const dav: Descriptions = Object.fromEntries(
  Object.entries(ofDav).flatMap(([method, told]) => [
    [`${method} /documents/dav`, told],
    [`${method} /documents/dav/*`, told],
  ]),
);

export const arrivalsDescriptions: Descriptions = {
  'GET /documents/arrivals': {
    summary: 'How many files came by which way, and which were refused to the caller',
    answer: arrivals,
  },
  'POST /documents/post_document/': form,
  'POST /documents/post_document': form,
  ...dav,
};
