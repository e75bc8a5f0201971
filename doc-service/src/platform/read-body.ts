/** Bodies of requests: unknown until read. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Context } from 'hono';
import type { z } from 'zod';
import { parsed } from './parsed.ts';

/** @throws Problem 400 for what is no JSON, 422 that points to each wrong member */
export async function read<Read>(c: Context, schema: z.ZodType<Read>): Promise<Read> {
  let body: unknown;
  try {
    body = JSON.parse(await c.req.text());
  } catch (cause) {
    throw new Problem('bad-request', { detail: 'The body is no JSON.', cause });
  }
  return parsed(schema, body);
}
