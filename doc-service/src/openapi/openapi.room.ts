/**
 * The service's own OpenAPI: made from the routes themselves, so that none can be left out, and from the
 * schemas that read requests.
 */
import { problemKinds } from '@berth/plugin-kit/contract/problem.ts';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Described, Descriptions } from '#platform/described.ts';

/** What OpenAPI has a word for: WebDAV's methods are not among them. */
const describable = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE']);
type Route = { method: string; path: string };

const refusals: Readonly<Record<string, string>> = {
  400: 'The request cannot be read.',
  401: 'The gateway does not vouch for the caller.',
  403: 'The caller may not.',
  404: 'It is not there, or not the caller’s.',
  409: 'Not as things stand.',
  412: 'It was changed meanwhile: see If-Match.',
  413: 'Too large.',
  415: 'Not of a kind that is taken.',
  416: 'No such range.',
  422: 'A part of it is wrong: errors point to it.',
  429: 'Too many at once.',
  503: 'It took too long, or the database is away.',
  507: 'The disk is full.',
  default: 'A problem.',
};
const problemResponses = Object.fromEntries(
  Object.entries(refusals).map(([status, description]) => [
    status,
    {
      description,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  ]),
);

export function openApiRoutes(routesOf: () => readonly Route[], descriptions: Descriptions): Hono {
  const routes = new Hono();
  routes.get('/documents/openapi.json', (c) => c.json(openApiOf(routesOf(), descriptions)));
  return routes;
}

export function openApiOf(routes: readonly Route[], descriptions: Descriptions) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path } of routes) {
    // Not a route, but what stands before some of them.
    if (method === 'ALL' || !describable.has(method) || !path.startsWith('/documents')) continue;
    const name = path.replaceAll(/:(\w+)(?:\{(?:[^{}]|\{[^{}]*\})*\})?/g, '{$1}');
    const shown = name === '/' ? '/' : name.replace(/^\/documents(?=\/|$)/, '') || '/';
    paths[shown] = { ...paths[shown], [method.toLowerCase()]: operationOf(method, path, name, descriptions) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Documents',
      version: '1',
      description: 'A watched folder becomes an archive that can be searched.',
    },
    servers: [{ url: '/api/documents' }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'session' },
      },
      schemas: { Problem: problem },
      responses: problemResponses,
    },
    security: [{ bearer: [] }, { session: [] }],
  };
}

function operationOf(method: string, path: string, name: string, descriptions: Descriptions) {
  const described = descriptions[`${method} ${path}`] ?? { summary: '' };
  const { summary, query } = described;
  const inPath = Array.from(name.matchAll(/\{(\w+)\}/g), ([, parameter = '']) => ({
    name: parameter,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return {
    operationId: operationIdOf(method, name),
    ...(summary === '' ? {} : { summary }),
    parameters: [...inPath, ...(query ? parametersOf(query) : [])],
    ...bodyOf(described),
    responses: {
      ...answerOf(described),
      ...Object.fromEntries(
        problemsOf(described, inPath.length > 0).map((status) => [
          String(status),
          { $ref: `#/components/responses/${status}` },
        ]),
      ),
      default: { $ref: '#/components/responses/default' },
    },
  };
}

/** A path with a slash at its end, or with whatever stands below it, is another one. */
function operationIdOf(method: string, name: string): string {
  const spelled = name.replace(/(?<=.)\/$/, '/slash').replaceAll('*', 'below');
  const joined = spelled.replaceAll(/[^A-Za-z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase());
  return `${method.toLowerCase()}${joined}`;
}

function bodyOf({ body, bodyMedia, filePart = 'file', isBodyOptional }: Described) {
  if (body)
    return {
      requestBody: {
        required: isBodyOptional !== true,
        content: { 'application/json': { schema: jsonSchema(body) } },
      },
    };
  if (bodyMedia === undefined) return {};
  const schema =
    bodyMedia === 'multipart/form-data'
      ? { type: 'object', properties: { [filePart]: { type: 'string', format: 'binary' } } }
      : { type: 'string', format: 'binary' };
  return { requestBody: { required: true, content: { [bodyMedia]: { schema } } } };
}

function answerOf({ answer, media, status = 200 }: Described) {
  const done = { description: 'It was done.' };
  if (answer)
    return { [status]: { ...done, content: { 'application/json': { schema: jsonSchema(answer) } } } };
  return { [status]: media === undefined ? done : { ...done, content: { [media]: {} } } };
}

/** What follows from the request's shape, and what the room says beside it. */
function problemsOf({ query, body, bodyMedia, problems = [] }: Described, hasPath: boolean): number[] {
  const implied = [401, ...(hasPath ? [404] : []), ...(query || body ? [422] : [])];
  const unreadable = [...(body || bodyMedia !== undefined ? [400] : []), ...(body ? [413, 415] : [])];
  return [...new Set([...implied, ...unreadable, ...problems])].toSorted((a, b) => a - b);
}

/** The members of an object, each a parameter. */
function parametersOf(query: z.ZodType): unknown[] {
  const { properties = {}, required = [] } = jsonSchema(query);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

/** As it comes over the wire, before it is read. */
function jsonSchema(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

const problem = {
  type: 'object',
  description: 'RFC 9457.',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string', description: `Ends with one of: ${Object.keys(problemKinds).join(', ')}.` },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
} as const;
