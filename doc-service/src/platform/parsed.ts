/** What came from outside, read by its schema. */
import { pointerTo } from '@berth/plugin-kit/contract/json-pointer.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { z } from 'zod';

/**
 * @param options `at` is where it stands in the body, `levels` how deep pointers go
 * @throws Problem 422 that points to each wrong and each unknown member
 */
export function parsed<Read>(
  schema: z.ZodType<Read>,
  given: unknown,
  { at, levels }: { at: string; levels: number } = { at: '', levels: 10 },
): Read {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const errors = new Map<string, string>();
  for (const issue of read.error.issues) {
    const path = issue.path.slice(0, levels).map((part) => String(part));
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys) errors.set(at + pointerTo([...path, key]), 'is not known here');
    else if (!errors.has(at + pointerTo(path))) errors.set(at + pointerTo(path), issue.message);
  }
  throw new Problem('invalid', { errors: [...errors].map(([pointer, detail]) => ({ pointer, detail })) });
}
