/** Live choices and checks of a draft: the container answers, and only at paths that its own schemas name. */
import { checkPathsIn, choicePathsIn, type Choice } from '@berth/plugin-kit/contract/live.ts';
import { Problem, type FieldError } from '@berth/plugin-kit/contract/problem.ts';
import type { JsonObject } from '@berth/plugin-kit/contract/settings.ts';
import { failureProblem } from '#platform/upstream/failure-words.ts';
import { runnable } from '../actions/actions.usecases.ts';
import { allowed, offline, spokenFor, type Asking, type DeskNeeds } from '../settings/desk.ts';
import { safeErrors, safeText } from '../settings/settings.rules.ts';
import type { LiveAnswer, LiveClient } from './live.types.ts';

export type LiveNeeds = DeskNeeds & { live: (pluginId: string) => LiveClient | undefined };

/** `actionId`: for the input form of that action; `null`: for the settings form. */
export type ChoicesWanted = { path: string; q: string; actionId: string | null };

/** @throws Problem 404 for a path that no schema names, 403, 503 while the container is away, 502, 504 */
export async function readLiveChoices(
  asking: Asking,
  pluginId: string,
  { path, q, actionId }: ChoicesWanted,
  needs: LiveNeeds,
): Promise<{ items: Choice[]; hasMore: boolean }> {
  const { who } = asking;
  const snapshot = needs.snapshot();
  const { plugin, schema } =
    actionId === null
      ? allowed(who, pluginId, 'read', snapshot)
      : runnable(who, { pluginId, actionId }, snapshot);
  if (!choicePathsIn(schema).has(path))
    throw new Problem('not-found', { detail: 'No schema of this extension names it.' });
  const live = needs.live(pluginId);
  if (!live) throw offline(1);
  return answerOr(await live.choices(await spokenFor(asking, plugin, needs), path, q));
}

/**
 * Asks the container whether a draft works. Nothing is saved.
 * @throws Problem 404, 403, 503, 502, 504, 422 where a kept secret is not to be had
 */
export async function checkDraft(
  asking: Asking,
  pluginId: string,
  { path, draft }: { path: string; draft: JsonObject },
  needs: LiveNeeds,
): Promise<{ ok: boolean; message: string; errors: FieldError[] }> {
  const { plugin, schema } = allowed(asking.who, pluginId, 'write', needs.snapshot());
  if (!checkPathsIn(schema).has(path))
    throw new Problem('not-found', { detail: 'The settings of this extension name no such check.' });
  const live = needs.live(pluginId);
  if (!live) throw offline(1);
  const answer = await live.check(await spokenFor(asking, plugin, needs), path, draft);
  if (answer.kind === 'refused' && answer.status === 422)
    throw new Problem('invalid', {
      detail: 'The extension could not check this draft.',
      errors: safeErrors(schema, draft, answer.errors),
    });
  const { ok, message, errors } = answerOr(answer);
  return { ok, message: safeText(schema, draft, message ?? ''), errors: safeErrors(schema, draft, errors) };
}

function answerOr<Value>(answer: LiveAnswer<Value>): Value {
  if (answer.kind === 'answered') return answer.value;
  if (answer.kind === 'failed' && answer.failure !== 'too-large')
    throw failureProblem(answer.failure, 'The extension');
  if (answer.kind === 'refused' && answer.status === 503) throw offline(5);
  throw new Problem('bad-gateway', { detail: 'The extension gave no usable answer.' });
}
