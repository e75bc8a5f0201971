/** `GET` of live choices and `POST` of draft checks, at the paths that the schemas name. */
import type { Context, Hono } from 'hono';
import type { Sentences } from '../base/sentences.ts';
import type { Caller } from '../contract/identity.ts';
import { checkPathsIn, choicePathsIn, maxChoices, type CheckAnswer, type Choice } from '../contract/live.ts';
import type { Manifest } from '../contract/manifest.ts';
import { Problem } from '../contract/problem.ts';
import type { Say } from '../contract/say.ts';
import { isObject, type JsonObject } from '../contract/settings.ts';

/** @param q what the person typed so far; empty at first */
export type ChoicesOf = (
  q: string,
  caller: Caller,
) => readonly (Choice | string)[] | Promise<readonly (Choice | string)[]>;

/** @param draft as it would be saved, kept secrets in clear: never to be logged or answered */
export type CheckDraft = (
  draft: JsonObject,
  asked: { caller: Caller; signal: AbortSignal },
) => CheckAnswer | Promise<CheckAnswer>;

export type Live = {
  choices?: Readonly<Record<string, ChoicesOf>>;
  checks?: Readonly<Record<string, CheckDraft>>;
};

export type LivePaths = { choices: ReadonlySet<string>; checks: ReadonlySet<string> };

export function livePathsOf(manifest: Manifest): LivePaths {
  const schemas = [manifest.settings_schema, ...manifest.actions.map((action) => action.input_schema)];
  return {
    choices: new Set(schemas.flatMap((schema) => [...choicePathsIn(schema)])),
    checks: checkPathsIn(manifest.settings_schema),
  };
}

/** Puts kept secrets in the place of their masks. @throws Problem 422 at a mask that names no secret */
export type RestoreDraft = (shown: JsonObject) => Promise<JsonObject>;

type LiveDeps = Live & {
  restoreDraft: RestoreDraft | null;
  sentences: Sentences;
  callerOf: (c: Context) => Caller;
};

/** @throws Error where a handler answers a path that no schema names */
export function serveLive(
  app: Hono,
  manifest: Manifest,
  { choices = {}, checks = {}, restoreDraft, sentences, callerOf }: LiveDeps,
): void {
  const paths = livePathsOf(manifest);
  for (const [path, choicesOf] of Object.entries(choices)) {
    if (!paths.choices.has(path)) throw new Error(`No x-choices-from of the schemas names ${path}.`);
    app.get(path, async (c) => {
      const items = await choicesOf((c.req.query('q') ?? '').slice(0, 200), callerOf(c));
      // One more than is shown tells that there are more.
      return c.json({ items: items.slice(0, maxChoices + 1) }, 200, { 'cache-control': 'no-store' });
    });
  }
  for (const [path, check] of Object.entries(checks)) {
    if (!paths.checks.has(path) || !restoreDraft)
      throw new Error(`No x-check of the settings_schema names ${path}.`);
    app.post(path, async (c) => {
      const body: unknown = await c.req.json();
      const shown = isObject(body) ? body['settings'] : undefined;
      if (!isObject(shown))
        throw new Problem('invalid', { errors: [{ pointer: '/settings', detail: 'must be an object' }] });
      const draft = await restoreDraft(shown);
      const told = await check(draft, { caller: callerOf(c), signal: c.req.raw.signal });
      const { say } = sentences.wantedBy(c.req.header('accept-language'));
      return c.json(verdictIn(told, say), 200, { 'cache-control': 'no-store' });
    });
  }
}

function verdictIn({ ok, message, errors }: CheckAnswer, say: Say): CheckAnswer {
  return {
    ok,
    ...(message === undefined ? {} : { message: say(message) }),
    ...(errors && { errors: errors.map(({ pointer, detail }) => ({ pointer, detail: say(detail) })) }),
  };
}
