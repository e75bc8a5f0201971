/**
 * `POST /plugin/actions/{id}`: what people start by a button. The input fits its schema before a handler sees
 * it.
 */
import type { Context, Hono } from 'hono';
import type { Caller } from '../contract/identity.ts';
import { actionEvents, type ActionProgress, type ActionResult } from '../contract/live.ts';
import type { Manifest } from '../contract/manifest.ts';
import { Problem } from '../contract/problem.ts';
import type { Say } from '../contract/say.ts';
import { isObject, type JsonObject } from '../contract/settings.ts';
import type { Logger } from '../base/logger.ts';
import type { Sentences } from '../base/sentences.ts';
import { createSettingsCheck, type CheckSettings } from './settings-check.ts';

export type ActionRun<Input> = {
  input: Input;
  caller: Caller;
  /** Aborted when the person who waits goes away: long work may go on, and need not. */
  signal: AbortSignal;
  /** Told to the page where the manifest says `progress: sse`; nothing happens otherwise. */
  progress: (step: ActionProgress) => void;
};

export type Action<Input> = {
  /** As in the manifest. */
  id: string;
  /** From JSON that fits the `input_schema` to a typed input, such as the `parse` of a Zod object. */
  read: (input: JsonObject) => Input;
  /** @throws Problem what went wrong, in words for the person */
  run: (run: ActionRun<Input>) => ActionResult | void | Promise<ActionResult | void>;
};

export type Actions = { add: <Input>(action: Action<Input>) => void };

type Handler = (run: ActionRun<JsonObject>) => Promise<ActionResult>;

type ActionsDeps = {
  callerOf: (c: Context) => Caller;
  /** Messages come in the language of the request that started it. */
  sentences: Sentences;
  log: Logger;
};

export function serveActions(
  app: Hono,
  { actions }: Manifest,
  { callerOf, sentences, log }: ActionsDeps,
): Actions {
  const handlers = new Map<string, Handler>();
  for (const { id, progress, input_schema: schema } of actions) {
    const check = schema ? createSettingsCheck(schema) : null;
    app.post(`/plugin/actions/${id}`, async (c, next) => {
      const handler = handlers.get(id);
      // The container's own routes may answer it instead.
      if (!handler) return next();
      const input = await readInput(c, check);
      const asked = { input, caller: callerOf(c), signal: c.req.raw.signal };
      const { say } = sentences.wantedBy(c.req.header('accept-language'));
      if (progress !== 'sse') return c.json(saidBy(await handler({ ...asked, progress: () => {} }), say));
      return new Response(
        eventsOf((step) => handler({ ...asked, progress: step }), { say, log }),
        {
          headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
        },
      );
    });
  }
  return {
    add({ id, read, run }) {
      if (!actions.some((action) => action.id === id)) throw new Error(`The manifest has no action "${id}".`);
      handlers.set(id, async (asked) => (await run({ ...asked, input: read(asked.input) })) ?? {});
    },
  };
}

/** Its facts are values: they stay as they are. */
function saidBy<Told extends { message?: string | undefined }>(told: Told, say: Say): Told {
  return told.message === undefined ? told : { ...told, message: say(told.message) };
}

/** @throws Problem 400, 422 */
async function readInput(c: Context, check: CheckSettings | null): Promise<JsonObject> {
  const text = await c.req.text();
  let input: unknown = {};
  try {
    if (text.trim() !== '') input = JSON.parse(text);
  } catch (cause) {
    throw new Problem('bad-request', { detail: 'The body is not JSON.', cause });
  }
  if (!isObject(input))
    throw new Problem('invalid', { errors: [{ pointer: '', detail: 'must be an object' }] });
  const errors = check?.(input) ?? [];
  if (errors.length > 0) throw new Problem('invalid', { errors });
  return input;
}

function eventsOf(
  run: (progress: (step: ActionProgress) => void) => Promise<ActionResult>,
  { say, log }: { say: Say; log: Logger },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let isOver = false;
  return new ReadableStream({
    async start(controller) {
      const tell = (event: string, data: object): void => {
        if (!isOver) controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
      };
      // The head leaves at once, so that a page sees that it has begun.
      tell(actionEvents.progress, {});
      try {
        const told = await run((step) => tell(actionEvents.progress, saidBy(step, say)));
        tell(actionEvents.result, saidBy(told, say));
      } catch (error) {
        if (!(error instanceof Problem)) log.error({ err: error }, 'an action failed');
        const problem = error instanceof Problem ? error : new Problem('internal', { cause: error });
        tell(actionEvents.problem, problem.body(undefined, say));
      }
      if (!isOver) controller.close();
      isOver = true;
    },
    cancel() {
      isOver = true;
    },
  });
}
