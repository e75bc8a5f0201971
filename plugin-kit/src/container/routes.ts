/** The routes that the manifest declares: nothing else is answered, and no body is larger than it says. */
import type { Context } from 'hono';
import type { Manifest, RouteSpec } from '../contract/manifest.ts';
import { Problem } from '../contract/problem.ts';
import { compilePattern, segmentsOf } from '../contract/route-pattern.ts';
import { say } from '../contract/say.ts';

/** @throws Problem 404 for an undeclared path, 405 for an undeclared method of a declared one */
export type FindRoute = (method: string, rawPath: string) => DeclaredRoute;
export type DeclaredRoute = { isPublic: boolean; maxBodyBytes: number };

/** Decided as the gateway decides: ordered, first match wins, on the raw path. */
export function createRouteFinder(manifest: Manifest): FindRoute {
  const routes = [...manifest.routes.map(declared), ...manifest.actions.map(({ id }) => action(id))];
  return (method, rawPath) => {
    const segments = segmentsOf(rawPath);
    const onPath = routes.filter(({ matches }) => matches(segments));
    const found = onPath.find(({ methods }) => methods.includes(method));
    if (found) return found;
    if (onPath.length === 0) throw new Problem('not-found');
    throw new Problem('method-not-allowed', {
      headers: { allow: [...new Set(onPath.flatMap(({ methods }) => methods))].join(', ') },
    });
  };
}

/**
 * Refuses a body that says it is too large; counts one that does not say. Counting starts when the body is read
 * through `c.req`: who reads `c.env.incoming` instead counts by themselves.
 * @throws Problem 413
 */
export function limitBody(c: Context, maxBytes: number): void {
  const length = c.req.header('content-length');
  if (length !== undefined && Number(length) > maxBytes) throw tooLarge(maxBytes);
  if (length !== undefined || c.req.header('transfer-encoding') === undefined) return;
  const { raw } = c.req;
  const init: RequestInit & { duplex: 'half' } = {
    method: raw.method,
    headers: raw.headers,
    body: counted(() => raw.body, maxBytes),
    duplex: 'half',
    signal: raw.signal,
  };
  c.req.raw = new Request(raw.url, init);
}

type Candidate = DeclaredRoute & {
  matches: (segments: readonly string[]) => boolean;
  methods: readonly string[];
};

function declared(route: RouteSpec): Candidate {
  return {
    matches: compilePattern(route.path),
    methods: route.methods,
    isPublic: route.access?.public === true,
    maxBodyBytes: route.limits.max_body_bytes,
  };
}

function action(id: string): Candidate {
  return {
    matches: compilePattern(`/plugin/actions/${id}`),
    methods: ['POST'],
    isPublic: false,
    maxBodyBytes: 1024 * 1024,
  };
}

/** Touches the real body when somebody first reads, so that a handler may still take the raw stream. */
function counted(
  body: () => ReadableStream<Uint8Array> | null,
  maxBytes: number,
): ReadableStream<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let seenBytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        reader ??= body()?.getReader();
        const next = await reader?.read();
        if (!next || next.done) return controller.close();
        seenBytes += next.value.byteLength;
        if (seenBytes > maxBytes) throw tooLarge(maxBytes);
        controller.enqueue(next.value);
      },
      cancel: (reason) => reader?.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('body-too-large', { detail: say`At most ${maxBytes} bytes are read here.` });
}
