import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openApiOf } from './openapi.room.ts';
import { startService, type TestService } from '../testing/service.ts';

const document = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
let service: TestService;
beforeAll(async () => (service = await startService()));
afterAll(() => service.close());

test('L8: every route of the service is in its OpenAPI, with the schemas that read its requests', async () => {
  const answer = await service.ask('/documents/openapi.json');
  expect(answer.status).toBe(200);
  const { paths } = document.parse(await answer.json());
  const has = (path: string) => Object.keys(paths[path] ?? {}).toSorted();
  expect(has('/')).toContain('get');
  expect(has('/{id}')).toEqual(expect.arrayContaining(['delete', 'get']));
  expect(has('/{id}/title')).toContain('patch');
  expect(has('/categories')).toEqual(expect.arrayContaining(['get', 'post']));
  expect(has('/export')).toEqual(['get']);
  expect(paths['/']?.['get']).toMatchObject({
    parameters: expect.arrayContaining([
      expect.objectContaining({ name: 'q', in: 'query' }),
      expect.objectContaining({ name: 'cursor', in: 'query' }),
    ]),
  });
  expect(paths['/bulk']?.['post']).toMatchObject({
    requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
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
