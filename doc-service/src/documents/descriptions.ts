/**
 * What the routes are for, which schemas read their requests, and what they answer: for the service's
 * OpenAPI.
 */
import { z } from 'zod';
import type { Descriptions } from '#platform/described.ts';
import { answers } from './answers.ts';
import { movedCategory, newCategory } from './categories.routes.ts';
import { bulkBody, editBodies } from './edit.routes.ts';
import { fieldChange, fieldsBody, newField } from './fields.rules.ts';
import { noteBody } from './library.routes.ts';
import { listQuery } from './list-query.rules.ts';
import { pictureQuery, wordsQuery } from './pages.routes.ts';
import { retryWish } from './retry.routes.ts';
import { rightsBody, sharingBody } from './rights.rules.ts';
import { newUpload } from './uploads.routes.ts';
import { librarySettings, newView, viewChange } from './views.rules.ts';

const typed = z.object({ q: z.string().default('') });
const edited = { answer: answers.detail, problems: [403, 412] };

const ofDocuments: Descriptions = {
  'GET /documents': {
    summary: 'A page of the list, or of what a search finds',
    query: listQuery,
    answer: answers.list,
    problems: [503],
  },
  'GET /documents/suggest': {
    summary: 'What the last word of a query may go on to',
    query: typed,
    answer: answers.suggest,
  },
  'GET /documents/status': {
    summary: 'How many documents are at which station, and what is stuck',
    answer: answers.status,
  },
  'GET /documents/events': {
    summary: 'What happens, as server-sent events: status and documents',
    media: 'text/event-stream',
  },
  'GET /documents/export': {
    summary: 'Everything as a tar: records as JSON lines, and originals. Superusers alone',
    media: 'application/x-tar',
    problems: [403],
  },
  'GET /documents/openapi.json': { summary: 'This description', answer: z.looseObject({}) },
  'GET /documents/:id': { summary: 'A document with its text, versions and history', answer: answers.detail },
  'GET /documents/:id/similar': { summary: 'Documents that look like it', answer: answers.similar },
  'GET /documents/:id/hits': {
    summary: 'The pages on which something is found',
    query: typed,
    answer: answers.hits,
  },
  'GET /documents/:id/download': {
    summary: 'The exact bytes; ranges are answered',
    media: 'application/pdf',
    problems: [409, 416],
  },
  'GET /documents/:id/versions/:number{[0-9]{1,6}}/download': {
    summary: 'The exact bytes of an earlier version',
    media: 'application/pdf',
    problems: [409, 416],
  },
  'GET /documents/:id/versions/:number{[0-9]{1,6}}/text': {
    summary: 'The text of a version, page by page',
    answer: answers.versionText,
    problems: [409],
  },
  'GET /documents/:id/pages/:file{[0-9]+\\.webp}': {
    summary: 'The picture of a page',
    query: pictureQuery,
    media: 'image/webp',
    problems: [409],
  },
  'GET /documents/:id/pages/:number{[0-9]{1,6}}/words': {
    summary: 'The words of a page with their places, and what a query finds there',
    query: wordsQuery,
    answer: answers.words,
    problems: [409],
  },
  'POST /documents/:id/pages/:number{[0-9]{1,6}}/ocr': {
    summary: 'Reads the picture of a page once more',
    answer: answers.ocrWaiting,
    status: 202,
    problems: [409],
  },
};

const ofChanges: Descriptions = {
  'POST /documents/bulk': {
    summary: 'One change of many documents',
    body: bulkBody,
    answer: answers.bulk,
    problems: [403, 409],
  },
  'POST /documents/bulk/:undoId/undo': {
    summary: 'Takes a change of many back',
    answer: answers.bulk,
    problems: [409],
  },
  'DELETE /documents/:id': {
    summary: 'Into the trash; the file stays as it is',
    status: 204,
    problems: [403, 412],
  },
  'POST /documents/:id/restore': { summary: 'Out of the trash', ...edited },
  'POST /documents/:id/retry': {
    summary: 'Tries again what is stuck, with a password where it wants one',
    body: retryWish,
    isBodyOptional: true,
    answer: answers.retried,
    status: 202,
    problems: [409],
  },
  'PATCH /documents/:id/title': { summary: 'Another title', body: editBodies.title, ...edited },
  'PATCH /documents/:id/type': { summary: 'Another type, or none', body: editBodies.type, ...edited },
  'PATCH /documents/:id/tags': { summary: 'Its tags, all of them', body: editBodies.tags, ...edited },
  'PATCH /documents/:id/correspondent': {
    summary: 'Another correspondent, or none',
    body: editBodies.correspondent,
    ...edited,
  },
  'PATCH /documents/:id/date': {
    summary: 'The day that it bears, or none',
    body: editBodies.date,
    ...edited,
  },
  'PATCH /documents/:id/fields': { summary: 'Values by the keys of fields', body: fieldsBody, ...edited },
  'PUT /documents/:id/sharing': { summary: 'With which groups it is shared', body: sharingBody, ...edited },
  'POST /documents/:id/notes': { summary: 'A note', body: noteBody, answer: answers.detail, problems: [409] },
  'PATCH /documents/:id/notes/:noteId': {
    summary: 'Another text of a note of one’s own',
    body: noteBody,
    answer: answers.detail,
    problems: [403],
  },
  'DELETE /documents/:id/notes/:noteId': {
    summary: 'Without this note of one’s own',
    answer: answers.detail,
    problems: [403],
  },
};

const ofLibrary: Descriptions = {
  'GET /documents/categories': { summary: 'The tree of categories with counts', answer: answers.categories },
  'POST /documents/categories': {
    summary: 'A new category',
    body: newCategory,
    answer: answers.category,
    status: 201,
    problems: [403],
  },
  'PATCH /documents/categories/:categoryId': {
    summary: 'Renames, moves or merges a category with all below it',
    body: movedCategory,
    answer: answers.category,
    problems: [403, 409],
  },
  'DELETE /documents/categories/:categoryId': {
    summary: 'Deletes a category; what is in it goes into another',
    query: z.object({ to: z.uuid().optional() }),
    status: 204,
    problems: [403, 409],
  },
  'POST /documents/:id/categories/:categoryId': { summary: 'Puts a document into a category', ...edited },
  'DELETE /documents/:id/categories/:categoryId': {
    summary: 'Takes a document out of its category',
    answer: answers.detail,
    problems: [403, 409, 412],
  },
  'GET /documents/categories/:categoryId/rights': {
    summary: 'Which groups read and change what is in it',
    answer: answers.rights,
  },
  'PUT /documents/categories/:categoryId/rights': {
    summary: 'Says so. Superusers alone',
    body: rightsBody,
    answer: answers.rights,
    problems: [403],
  },
  'GET /documents/fields': { summary: 'The archive’s own fields', answer: answers.fields },
  'POST /documents/fields': {
    summary: 'A new field. Superusers alone',
    body: newField,
    answer: answers.field,
    status: 201,
    problems: [403, 409],
  },
  'PATCH /documents/fields/:fieldId': {
    summary: 'Another name, other choices. Superusers alone',
    body: fieldChange,
    answer: answers.field,
    problems: [403, 409],
  },
  'DELETE /documents/fields/:fieldId': {
    summary: 'A field with all its values. Superusers alone',
    status: 204,
    problems: [403],
  },
  'GET /documents/views': { summary: 'Saved views, and how the library looks', answer: answers.views },
  'POST /documents/views': {
    summary: 'A new view',
    body: newView,
    answer: answers.view,
    status: 201,
    problems: [403, 409],
  },
  'PUT /documents/views/settings': {
    summary: 'How the library looks for the caller',
    body: librarySettings,
    answer: librarySettings,
  },
  'PATCH /documents/views/:viewId': {
    summary: 'Another name or other filters of a view',
    body: viewChange,
    answer: answers.view,
    problems: [403],
  },
  'DELETE /documents/views/:viewId': { summary: 'A view less', status: 204, problems: [403] },
};

const ofUploads: Descriptions = {
  'POST /documents/upload': {
    summary: 'A PDF, as the only file of a multipart body',
    query: z.object({ filename: z.string().optional() }),
    bodyMedia: 'multipart/form-data',
    answer: answers.pending,
    status: 202,
    problems: [413, 415, 507],
  },
  'POST /documents/uploads': {
    summary: 'Begins an upload in pieces',
    body: newUpload,
    answer: answers.begun,
    status: 201,
    problems: [413, 429, 507],
  },
  'GET /documents/uploads/:id': {
    summary: 'How much of an upload has arrived; Upload-Offset says so too',
    answer: answers.upload,
  },
  'PATCH /documents/uploads/:id': {
    summary: 'A piece, from Upload-Offset on. 204, or 202 after the last',
    bodyMedia: 'application/offset+octet-stream',
    answer: answers.pending,
    status: 202,
    problems: [409, 413, 415, 507],
  },
  'DELETE /documents/uploads/:id': { summary: 'Gives an upload up', status: 204 },
};

export const descriptions: Descriptions = { ...ofDocuments, ...ofChanges, ...ofLibrary, ...ofUploads };
