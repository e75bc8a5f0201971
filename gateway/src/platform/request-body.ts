/** Reads a JSON or form body at the door: bounded, typed, every wrong field told at once. */
import { pointerTo } from '@berth/plugin-kit/contract/json-pointer.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Context } from 'hono';
import type { z } from 'zod';

const maxJsonBytes = 64 * 1024;

/**
 * @throws Problem 415 unless the body is JSON (a plain HTML form of another site cannot send that), 413
 * beyond 64 KiB or
 *   what is said,
 *   400 when it does not parse, 422 naming each wrong field by JSON Pointer
 */
export async function readJson<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
  maxBytes = maxJsonBytes,
): Promise<z.output<Schema>> {
  if (mediaType(c) !== 'application/json')
    throw new Problem('unsupported-media-type', { detail: 'Send application/json.' });
  const text = await readText(c, maxBytes);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Problem('bad-request', { detail: 'The body is not JSON.' });
  }
  return parse(schema, body);
}

/** As `readJson`, for `application/x-www-form-urlencoded`. A repeated field counts as wrong. */
export async function readForm<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  if (mediaType(c) !== 'application/x-www-form-urlencoded')
    throw new Problem('unsupported-media-type', { detail: 'Send application/x-www-form-urlencoded.' });
  const fields = new URLSearchParams(await readText(c, maxJsonBytes));
  const body = new Map<string, string | string[]>();
  for (const key of fields.keys()) {
    const values = fields.getAll(key);
    body.set(key, values.length === 1 ? (values[0] ?? '') : values);
  }
  return parse(schema, Object.fromEntries(body));
}

/** @throws Problem 422 naming each wrong query parameter */
export function readQuery<Schema extends z.ZodType>(c: Context, schema: Schema): z.output<Schema> {
  return parse(schema, c.req.query());
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const nul = placeOfNul(value, []);
  if (nul)
    throw new Problem('invalid', { errors: [{ pointer: pointerTo(nul), detail: 'Text without NUL.' }] });
  const read = safely(schema, value);
  if (read.success) return read.data;
  throw new Problem('invalid', {
    errors: read.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({
            pointer: pointerTo([...issue.path, key]),
            detail: 'This field is not known here.',
          }))
        : [{ pointer: pointerTo(issue.path), detail: issue.message }],
    ),
  });
}

/**
 * A schema of any JSON calls itself for each level. @throws Problem 400 for what is too deep for the stack
 */
function safely<Schema extends z.ZodType>(schema: Schema, value: unknown) {
  try {
    return schema.safeParse(value);
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new Problem('bad-request', { detail: 'The body is nested too deeply.', cause });
    throw cause;
  }
}

/** PostgreSQL keeps no text that holds it, and nobody types it. @returns where the first one is */
function placeOfNul(value: unknown, path: readonly PropertyKey[]): readonly PropertyKey[] | null {
  if (typeof value === 'string') return value.includes('\0') ? path : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, part] of Object.entries(value)) {
    const found = key.includes('\0') ? path : placeOfNul(part, [...path, key]);
    if (found) return found;
  }
  return null;
}

function mediaType(c: Context): string {
  return (c.req.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/**
 * A body that says how long it is comes in one piece, for Node takes no more than that; one that does not is
 * counted while it is read.
 */
async function readText(c: Context, maxBytes: number): Promise<string> {
  const claimedBytes = Number(c.req.header('content-length') ?? Number.NaN);
  if (claimedBytes > maxBytes) throw tooLarge(maxBytes);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    return claimedBytes >= 0
      ? decoder.decode(await c.req.raw.arrayBuffer())
      : await readStream(c.req.raw.body ?? [], decoder, maxBytes);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem('bad-request', { detail: 'The body could not be read as UTF-8 text.', cause });
  }
}

async function readStream(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  decoder: TextDecoder,
  maxBytes: number,
): Promise<string> {
  let text = '';
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('body-too-large', { detail: say`At most ${maxBytes} bytes.` });
}

/** Counts while it reads: a `content-length` is a claim, and chunked bodies make none. @throws Problem 413 */
export async function readBody(c: Context, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes)
      throw new Problem('body-too-large', { detail: say`At most ${maxBytes} bytes.` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
