/**
 * Capabilities that a manifest declares, answered by plain functions:
 *
 *   container.capability('keys', configuration({ keys: (_, call) => …, values: ({ keys }, call) => … }));
 *
 * The kit reads what the gateway asks and holds every answer against the protocol of the kind before it
 * leaves.
 */
import type { Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import {
  capabilityContext,
  capabilityHeader,
  type CapabilityContext,
  type CapabilityKind,
} from '../contract/capabilities/capability.ts';
import { capabilityPath } from '../contract/capabilities/capability-spec.ts';
import { configurationProtocol } from '../contract/capabilities/configuration.ts';
import { documentsProtocol } from '../contract/capabilities/documents.ts';
import { identityProtocol } from '../contract/capabilities/identity.ts';
import { logItem, logsProtocol, tailInput } from '../contract/capabilities/logs.ts';
import type { Caller } from '../contract/identity.ts';
import type { Manifest } from '../contract/manifest.ts';
import { Problem } from '../contract/problem.ts';

/** The person and the purpose that the gateway asks for. */
export type CapabilityCall = CapabilityContext & {
  caller: Caller;
  /** Aborts when the answer is wanted no more. */
  signal: AbortSignal;
};

type Awaitable<Value> = Value | Promise<Value>;
type Shape = { input: z.ZodType; answer: z.ZodType };
type Handler<Of extends Shape> = (
  input: z.output<Of['input']>,
  call: CapabilityCall,
) => Awaitable<z.input<Of['answer']>>;
type Operation = (input: unknown, call: CapabilityCall) => Promise<unknown>;

/** Made by `configuration`, `logs`, `documents` or `identity`. */
export type CapabilityImplementation = {
  kind: CapabilityKind;
  operations: Readonly<Record<string, Operation | null>>;
  tail: ((input: unknown, call: CapabilityCall) => AsyncIterable<z.input<typeof logItem>>) | null;
};

type Configuration = typeof configurationProtocol;
/** `set` and `delete` where the manifest says `writable`. */
export function configuration(handlers: {
  keys: Handler<Configuration['keys']>;
  values: Handler<Configuration['values']>;
  set?: Handler<Configuration['set']>;
  delete?: Handler<Configuration['delete']>;
}): CapabilityImplementation {
  const { keys, values, set } = configurationProtocol;
  return {
    kind: 'configuration',
    operations: {
      keys: operation(keys, handlers.keys),
      values: operation(values, handlers.values),
      set: operation(set, handlers.set),
      delete: operation(configurationProtocol.delete, handlers.delete),
    },
    tail: null,
  };
}

type Logs = typeof logsProtocol;
export function logs(handlers: {
  search: Handler<Logs['search']>;
  schema: Handler<Logs['schema']>;
  /** Lines as they come, until `call.signal` aborts. */
  tail?: (input: z.output<typeof tailInput>, call: CapabilityCall) => AsyncIterable<z.input<typeof logItem>>;
}): CapabilityImplementation {
  const { tail } = handlers;
  return {
    kind: 'logs',
    operations: {
      search: operation(logsProtocol.search, handlers.search),
      schema: operation(logsProtocol.schema, handlers.schema),
    },
    tail: tail ? (input, call) => tail(parsed(tailInput, input), call) : null,
  };
}

type Documents = typeof documentsProtocol;
export function documents(handlers: {
  search: Handler<Documents['search']>;
  read: Handler<Documents['read']>;
}): CapabilityImplementation {
  return {
    kind: 'documents',
    operations: {
      search: operation(documentsProtocol.search, handlers.search),
      read: operation(documentsProtocol.read, handlers.read),
    },
    tail: null,
  };
}

type Identity = typeof identityProtocol;
export function identity(handlers: {
  people: Handler<Identity['people']>;
  groups?: Handler<Identity['groups']>;
}): CapabilityImplementation {
  return {
    kind: 'identity',
    operations: {
      people: operation(identityProtocol.people, handlers.people),
      groups: operation(identityProtocol.groups, handlers.groups),
    },
    tail: null,
  };
}

const envelope = z.object({ context: capabilityContext, input: z.unknown() });
export const capabilityMaxBytes = 1024 * 1024;
const statusNotOffered = 'This capability does not offer the operation.';

/** @throws Error where the manifest declares no such capability, or one of another kind */
export function serveCapability(
  app: Hono,
  manifest: Manifest,
  { id, implementation }: { id: string; implementation: CapabilityImplementation },
  callerOf: (c: Context) => Caller,
): void {
  const spec = manifest.capabilities.find((one) => one.id === id);
  if (!spec) throw new Error(`The manifest declares no capability "${id}".`);
  if (spec.kind !== implementation.kind)
    throw new Error(`The capability "${id}" is declared as "${spec.kind}", not "${implementation.kind}".`);
  const path = capabilityPath(spec);
  const asked = async (c: Context): Promise<{ input: unknown; call: CapabilityCall }> => {
    const { context, input } = parsed(envelope, await c.req.json());
    return { input, call: { ...context, caller: callerOf(c), signal: c.req.raw.signal } };
  };
  for (const [name, run] of Object.entries(implementation.operations))
    app.post(`${path}/${name}`, async (c) => {
      if (!run) throw new Problem('conflict', { detail: statusNotOffered });
      const { input, call } = await asked(c);
      return c.json(jsonOf(await run(input, call)), 200, { 'cache-control': 'no-store' });
    });
  const { tail } = implementation;
  if (spec.kind !== 'logs') return;
  app.post(`${path}/tail`, async (c) => {
    if (!tail) throw new Problem('conflict', { detail: statusNotOffered });
    const { input, call } = await asked(c);
    return streamSSE(c, async (stream) => {
      const over = new AbortController();
      stream.onAbort(() => over.abort());
      const signal = AbortSignal.any([call.signal, over.signal]);
      for await (const item of tail(input, { ...call, signal })) {
        if (signal.aborted) return;
        await stream.writeSSE({ data: JSON.stringify(logItem.parse(item)) });
      }
    });
  });
}

/** @returns the id of the capability that lies at this path; the gateway alone asks there */
export function capabilityAt(manifest: Manifest, rawPath: string): string | null {
  const found = manifest.capabilities.find((spec) => rawPath.startsWith(`${capabilityPath(spec)}/`));
  return found?.id ?? null;
}

/** Whether the gateway says that it asks for this capability: people's requests never carry the header. */
export function isAskedByGateway(c: Context, id: string): boolean {
  return c.req.method === 'POST' && c.req.header(capabilityHeader) === id;
}

function operation<Input extends z.ZodType, Answer extends z.ZodType>(
  shape: { input: Input; answer: Answer },
  handler: Handler<{ input: Input; answer: Answer }> | undefined,
): Operation | null {
  if (!handler) return null;
  return async (raw, call) => shape.answer.parse(await handler(parsed(shape.input, raw), call));
}

/** @throws Problem 422 */
function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new Problem('invalid', {
    errors: read.error.issues.map(({ path, message }) => ({
      pointer: path.map((part) => `/${String(part)}`).join(''),
      detail: message,
    })),
  });
}

function jsonOf(value: unknown): z.output<ReturnType<typeof z.json>> {
  return z.json().parse(value);
}
