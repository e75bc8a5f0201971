/**
 * The service's own OpenAPI: made from the routes themselves, so that none can be left out, and from the
 * schemas that read requests.
 */
import { problemKinds } from '@berth/plugin-kit/contract/problem.ts';
import { Hono } from 'hono';
import { z } from 'zod';

/** @property query parameters @property body of the request, as JSON */
export type Described = { summary: string; query?: z.ZodType; body?: z.ZodType };
/** By method and path: `GET /documents`. */
export type Descriptions = Readonly<Record<string, Described>>;
/** What OpenAPI has a word for: WebDAV's methods are not among them. */
const describable = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE']);
type Route = { method: string; path: string };

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
    },
    security: [{ bearer: [] }, { session: [] }],
  };
}

function operationOf(method: string, path: string, name: string, descriptions: Descriptions) {
  const { summary, query, body } = descriptions[`${method} ${path}`] ?? {};
  const inPath = Array.from(name.matchAll(/\{(\w+)\}/g), ([, parameter = '']) => ({
    name: parameter,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return {
    operationId: `${method.toLowerCase()}${name.replaceAll(/[^A-Za-z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    ...(summary === undefined ? {} : { summary }),
    parameters: [...inPath, ...(query ? parametersOf(query) : [])],
    ...(body
      ? { requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(body) } } } }
      : {}),
    responses: {
      '2XX': { description: 'It was done.' },
      default: {
        description: 'A problem.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
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
