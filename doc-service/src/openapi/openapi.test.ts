import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { pdf } from '@berth/testing/pdf.ts';
import { openApiOf } from './openapi.room.ts';
import { editors } from '../testing/library.ts';
import { startService, until, type TestService } from '../testing/service.ts';

const content = z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()).optional() }));
const response = z.object({ content: content.optional(), $ref: z.string().optional() });
const operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), schema: z.unknown() })),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), response),
});
const described = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});

let service: TestService;
let document: z.infer<typeof described>;
let id: string;
beforeAll(async () => {
  service = await startService();
  await service.drop('letters/water.pdf', await pdf('Water bill of the harbour'));
  const { items } = await until(
    () => service.json('/documents'),
    (answer) => answer.items[0]?.status === 'searchable',
  );
  id = items[0]?.id ?? '';
  document = described.parse(await (await service.ask('/documents/openapi.json')).json());
});
afterAll(() => service.close());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, found]) => ({ name: `${method} ${path}`, path, method, found })),
  );
/** They act on what the address names, and read nothing else. */
const bodiless = /\/(?:undo|restore|ocr|look|reject|reopen)$|^post \/\{id\}\/categories\//;

describe('L8: every route of the service is in its OpenAPI', () => {
  test('with what it is for, the parameters of its path, its body, its answer and its refusals', () => {
    expect(operations().length).toBeGreaterThan(70);
    const lacking = operations().flatMap(({ name, path, method, found }) => {
      const inPath = found.parameters.filter((one) => one.in === 'path').map((one) => one.name);
      const wanted = Array.from(path.matchAll(/\{(\w+)\}/g), ([, parameter]) => parameter);
      const done = Object.keys(found.responses).find((status) => status.startsWith('2'));
      const isReading = ['get', 'delete', 'head', 'options'].includes(method);
      const faults = [
        inPath.join() === wanted.join() ? '' : 'parameters',
        isReading || bodiless.test(name) || found.requestBody ? '' : 'body',
        done !== undefined && (done === '204' || found.responses[done]?.content) ? '' : 'answer',
        found.responses['401'] && found.responses['default'] ? '' : 'refusals',
        wanted.length === 0 || found.responses['404'] ? '' : '404',
      ];
      return faults.filter((fault) => fault !== '').map((fault) => `${name}: ${fault}`);
    });
    expect(lacking).toEqual([]);
  });

  test('under a name of its own, and with the members that clients ask for', () => {
    const names = operations().map(({ found }) => found.operationId);
    expect(names.filter((one, at) => names.indexOf(one) !== at)).toEqual([]);
    const answerOf = (path: string) =>
      document.paths[path]?.['get']?.responses['200']?.content?.['application/json']?.schema?.['properties'];
    expect(answerOf('/')).toHaveProperty('facets_of_newest');
    expect(answerOf('/mail')).toHaveProperty('next_at');
    const form = document.paths['/post_document/']?.['post']?.requestBody?.content['multipart/form-data'];
    expect(form?.schema?.['properties']).toHaveProperty('document');
  });

  test('with the parameters and bodies that are really read', () => {
    const list = document.paths['/']?.['get']?.parameters.map(({ name }) => name);
    expect(list).toEqual(expect.arrayContaining(['q', 'cursor', 'page_size', 'tag', 'field', 'facets']));
    expect(document.paths['/bulk']?.['post']?.requestBody?.content['application/json']?.schema).toMatchObject(
      {
        type: 'object',
        properties: { ids: { type: 'array' }, change: { type: 'object' } },
      },
    );
    expect(document.paths['/upload']?.['post']?.requestBody?.content).toHaveProperty('multipart/form-data');
  });
});

describe('L8: what is answered is what its OpenAPI says', () => {
  const validate = async (method: string, path: string, answer: Response) => {
    const found = document.paths[path]?.[method];
    const isProblem = answer.status >= 400;
    const schema = isProblem
      ? document.components.schemas['Problem']
      : found?.responses[String(answer.status)]?.content?.['application/json']?.schema;
    if (isProblem) expect(Object.keys(found?.responses ?? {})).toContain(String(answer.status));
    if (schema === undefined) return [`${method} ${path} says nothing of ${answer.status}`];
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(ajv);
    return ajv.validate(schema, await answer.json()) ? [] : (ajv.errors ?? []);
  };
  const send = (method: string, path: string, body: unknown) =>
    service.ask(path, {
      method,
      groups: editors,
      superuser: true,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test.each([
    ['/', ''],
    ['/', '?q=water&facets=true&page_size=1'],
    ['/', '?q=waterr'],
    ['/', '?page=none'],
    ['/status', '/status'],
    ['/badges', '/badges'],
    ['/suggest', '/suggest?q=wat'],
    ['/categories', '/categories'],
    ['/fields', '/fields'],
    ['/views', '/views'],
    ['/suggestions', '/suggestions'],
    ['/suggestions/privacy', '/suggestions/privacy'],
    ['/{id}', '/ID'],
    ['/{id}', '/11111111-1111-4111-8111-111111111111'],
    ['/{id}/similar', '/ID/similar'],
    ['/{id}/hits', '/ID/hits?q=water'],
    ['/{id}/suggestions', '/ID/suggestions'],
    ['/{id}/pages/{number}/words', '/ID/pages/1/words?q=water'],
    ['/{id}/versions/{number}/text', '/ID/versions/1/text'],
  ])('get %s as %j', async (path, asked) => {
    const answer = await service.ask(`/documents${asked.replace('ID', id)}`);
    expect(await validate('get', path, answer)).toEqual([]);
  });

  test.each([
    ['patch', '/{id}/title', '/ID/title', { title: 'Water' }],
    ['patch', '/{id}/title', '/ID/title', { title: '' }],
    ['patch', '/{id}/tags', '/ID/tags', { tags: ['tax'] }],
    ['patch', '/{id}/date', '/ID/date', { date: '2026-03-31' }],
    ['put', '/{id}/sharing', '/ID/sharing', { read: ['family'], edit: [] }],
    ['post', '/{id}/notes', '/ID/notes', { text: 'Paid' }],
    ['post', '/{id}/retry', '/ID/retry', {}],
    ['post', '/bulk', '/bulk', { all_of: { q: 'water' }, change: { type: 'invoice' } }],
    ['post', '/categories', '/categories', { path: 'post/2026' }],
    ['post', '/fields', '/fields', { name: 'Amount', kind: 'money' }],
    ['post', '/views', '/views', { name: 'Tax', list: { tag: ['tax'] } }],
    ['post', '/uploads', '/uploads', { filename: 'a.pdf', size_bytes: 9 }],
  ])('%s %s with a body (%s)', async (method, path, asked, body) => {
    const answer = await send(method.toUpperCase(), `/documents${asked.replace('ID', id)}`, body);
    expect(await validate(method, path, answer)).toEqual([]);
  });
});

test('a pattern in a path is a parameter, and a route without a description is in it too', () => {
  const { paths } = openApiOf(
    [
      { method: 'GET', path: '/documents/:id/pages/:file{[0-9]+\\.webp}' },
      { method: 'ALL', path: '/*' },
      { method: 'GET', path: '/documents/:id/versions/:number{[0-9]{1,6}}/download' },
    ],
    {
      'GET /documents/:id/pages/:file{[0-9]+\\.webp}': {
        summary: 'A picture',
        query: z.object({ width: z.string() }),
      },
    },
  );
  expect(Object.keys(paths)).toEqual(['/{id}/pages/{file}', '/{id}/versions/{number}/download']);
  expect(paths['/{id}/pages/{file}']?.['get']).toMatchObject({
    summary: 'A picture',
    parameters: [{ name: 'id' }, { name: 'file' }, { name: 'width', in: 'query', required: true }],
  });
});
