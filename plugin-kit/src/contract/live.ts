/**
 * What a container answers while a form is open: live choices (`x-choices-from`), checks of a draft
 * (`x-check`), and actions. The words of the schema and the shapes of the answers have their one source here.
 */
import { z } from 'zod';
import { isObject } from './exact-json.ts';
import { isSchema, maxDepth, type SettingsSchema } from './schema-places.ts';

export const choicesKeyword = 'x-choices-from';
export const checkKeyword = 'x-check';
export const maxChoices = 200;

/** Plain segments below the container's root; what the contract keeps for itself (`/plugin/…`) is none. */
const livePath = /^(?!\/plugin(?:\/|$))(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]{1,100}){1,8}$/;

export type CheckOffer = { path: string; title: string };

/** `null`: the keyword is absent or names no usable path. */
export function choicesPathOf(schema: unknown): string | null {
  const offer = isSchema(schema) ? schema[choicesKeyword] : undefined;
  const path = isSchema(offer) ? offer['path'] : undefined;
  return typeof path === 'string' && livePath.test(path) ? path : null;
}

export function checkOfferOf(schema: unknown): CheckOffer | null {
  const offer = isSchema(schema) ? schema[checkKeyword] : undefined;
  if (!isSchema(offer)) return null;
  const { path, title } = offer;
  if (typeof path !== 'string' || !livePath.test(path)) return null;
  return { path, title: typeof title === 'string' && title.trim() !== '' ? title.slice(0, 60) : 'Check' };
}

/** Every path that any part of the schema names: the gateway asks for no other. */
export function choicePathsIn(schema: SettingsSchema | undefined): ReadonlySet<string> {
  return pathsIn(schema, choicesPathOf);
}

export function checkPathsIn(schema: SettingsSchema | undefined): ReadonlySet<string> {
  return pathsIn(schema, (part) => checkOfferOf(part)?.path ?? null);
}

function pathsIn(schema: unknown, pathOf: (part: unknown) => string | null): ReadonlySet<string> {
  const found = new Set<string>();
  const pending: { at: unknown; depth: number }[] = [{ at: schema, depth: 0 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { at, depth } = next;
    if (typeof at !== 'object' || at === null || depth > maxDepth) continue;
    const path = pathOf(at);
    if (path !== null) found.add(path);
    for (const inner of Object.values(at)) pending.push({ at: inner, depth: depth + 1 });
  }
  return found;
}

const words = (max: number) => z.string().max(max);

/** A bare value is its own title. */
export const choice = z.union([
  z.union([z.string().max(2000), z.number(), z.boolean()]).transform((value) => ({ value })),
  z.object({
    value: z.union([z.string().max(2000), z.number(), z.boolean()]),
    title: words(300).optional(),
    description: words(300).optional(),
  }),
]);
export type Choice = {
  value: string | number | boolean;
  title?: string | undefined;
  description?: string | undefined;
};

/** What `GET <path>?q=` answers: a list, or `{items}`. More than `maxChoices` are cut off. */
export function readChoices(
  answer: unknown,
): { ok: true; items: Choice[]; hasMore: boolean } | { ok: false } {
  const list = isObject(answer) ? answer['items'] : answer;
  if (!Array.isArray(list)) return { ok: false };
  const read = z.array(choice).safeParse(list.slice(0, maxChoices));
  return read.success ? { ok: true, items: read.data, hasMore: list.length > maxChoices } : { ok: false };
}

/**
 * What `POST <path>` with `{settings}` answers: whether the draft works, and what is wrong at which field.
 */
export const checkAnswer = z.object({
  ok: z.boolean(),
  message: words(1000).optional(),
  errors: z
    .array(z.object({ pointer: words(1024), detail: words(1000) }))
    .max(50)
    .default([]),
});
export type CheckAnswer = z.input<typeof checkAnswer>;

/** What an action says of how far it is. Without `total` its end is not known. */
export const actionProgress = z.object({
  done: z.number().min(0).optional(),
  total: z.number().min(0).optional(),
  message: words(300).optional(),
});
export type ActionProgress = z.output<typeof actionProgress>;

/** What an action ends with: a sentence, and facts under their names. */
export const actionResult = z.object({
  message: words(1000).default(''),
  facts: z.record(words(60), z.union([words(300), z.number(), z.boolean()])).default({}),
});
export type ActionResult = z.input<typeof actionResult>;

/** The events of an action with `progress: sse`. The last one is `result` or `problem`. */
export const actionEvents = { progress: 'progress', result: 'result', problem: 'problem' } as const;
