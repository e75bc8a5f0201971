/**
 * Reading and saving a plugin's settings: the container keeps them, the gateway decides who may and what
 * leaves.
 */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { forValidation } from '@berth/plugin-kit/contract/exact-json.ts';
import {
  applyJsonPatch,
  jsonPatchType,
  mergePatchType,
  nullsToStore,
  type SettingsPatch,
} from '@berth/plugin-kit/contract/json-patch.ts';
import { doubtfulMasks, withoutMaskErrors } from '@berth/plugin-kit/contract/kept-secrets.ts';
import {
  isObject,
  maskSecrets,
  mergePatch,
  patchBetween,
  readOnlyChanges,
  type JsonObject,
  type SettingsSchema,
} from '@berth/plugin-kit/contract/settings.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { Principal } from '#identity/access/principal.ts';
import { failureProblem } from '#platform/upstream/failure-words.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import { guardValue } from '../schema/guarded-json.rules.ts';
import type { SchemaVerdict } from '../schema/schema-checker.ts';
import { allowed, deskFor, offline, type Asking, type Desk } from './desk.ts';
import {
  changesBetween,
  isOutdated,
  safeErrors,
  secretsChanged,
  shownToday,
  versionFor,
  versionOf,
  withoutKeys,
} from './settings.rules.ts';
import type {
  ChangeOutcome,
  SettingsAnswer,
  SettingsChange,
  SettingsHistory,
  SettingsKeeper,
} from './settings.types.ts';

export type SettingsNeeds = {
  snapshot: () => Snapshot;
  keeper: (pluginId: string) => SettingsKeeper | undefined;
  fits: (schema: object, value: unknown) => Promise<SchemaVerdict>;
  signAssertion: (principal: Principal, pluginId: string) => string | Promise<string>;
  history: SettingsHistory;
  /** Calls with how a change ended. */
  changed?: ((plugin: { id: string; name: string }, userId: string, isSaved: boolean) => void) | undefined;
  /** Runs the tasks of one plugin one after the other. */
  oneAtATime: <Result>(pluginId: string, task: () => Promise<Result>) => Promise<Result>;
  now: () => number;
  log: Logger;
};

/** Masked. */
export type PresentSettings = { settings: JsonObject; etag: string | null };

/** @throws Problem 404, 403, 503 when the container is away, 502, 504 */
export async function readSettings(
  asking: Asking,
  id: string,
  needs: SettingsNeeds,
): Promise<PresentSettings> {
  const desk = await deskFor(asking, id, 'read', needs);
  return masked(desk.schema, settingsOr(await desk.keeper.get(desk.identity)));
}

/** `ifMatch`: the version that the caller started from, as it came. */
export type WantedChange = { patch: SettingsPatch; ifMatch: string | null };

/**
 * A mask in the patch keeps the secret.
 * @throws Problem 404, 403, 412 when `ifMatch` is not the present version, 422 with pointers, 503, 502, 504
 */
export async function changeSettings(
  asking: Asking,
  id: string,
  wish: WantedChange,
  needs: SettingsNeeds,
): Promise<PresentSettings> {
  const desk = await deskFor(asking, id, 'write', needs);
  const present = settingsOr(await desk.keeper.get(desk.identity));
  const change = { ...wish, who: asking.who, id, desk };
  if (present.etag !== null) return save(change, present, needs);
  // A container without versions cannot compare: one change after the other, each compared here with what is
  // there by then.
  return needs.oneAtATime(id, async () =>
    save(change, settingsOr(await desk.keeper.get(desk.identity)), needs),
  );
}

type Change = WantedChange & { who: Principal; id: string; desk: Desk };

async function save(
  { patch, ifMatch, who, id, desk }: Change,
  present: PresentSettings,
  needs: SettingsNeeds,
): Promise<PresentSettings> {
  const { schema, keeper, identity, patchTypes } = desk;
  const before = masked(schema, present);
  if (isOutdated(ifMatch, before.etag, present.etag === null)) throw new Problem('stale');
  const wanted = patched(before.settings, patch);
  await refuseUnfit(schema, before.settings, wanted, needs);
  const spoken = spokenBy(patchTypes, patch, before.settings, wanted);

  const secrets = secretsChanged(schema, before.settings, wanted);
  const changesTo = (after: JsonObject): SettingsChange[] =>
    changesBetween(withoutKeys(schema, before.settings), withoutKeys(schema, after), secrets);
  const row = await noted(who, id, changesTo(asObject(maskSecrets(schema, wanted))), needs);
  const finish = (outcome: ChangeOutcome, after?: PresentSettings): Promise<void> =>
    needs.history
      .finish(row, outcome, after && changesTo(after.settings))
      // The row stands as "sent", with what was asked for.
      .catch((err: unknown) =>
        needs.log.warn({ err, plugin: id, change: row }, 'the history of settings could not be finished'),
      );

  const answer = await keeper.patch(identity, spoken, versionFor(schema, wanted, present.etag, ifMatch));
  needs.changed?.({ id, name: desk.name }, who.userId, answer.kind === 'settings');
  if (answer.kind === 'settings') {
    const after = masked(schema, answer);
    await finish('saved', after);
    return after;
  }
  await finish(answer.kind === 'failed' ? 'failed' : 'refused');
  if (answer.kind === 'refused')
    throw new Problem('invalid', {
      detail: 'The extension did not accept the change.',
      errors: safeErrors(schema, wanted, answer.errors),
    });
  return masked(schema, settingsOr(answer));
}

/** @throws Problem 422 where an operation fails */
function patched(before: JsonObject, patch: SettingsPatch): JsonObject {
  if (patch.type === mergePatchType) return asObject(mergePatch(before, patch.body));
  const applied = applyJsonPatch(before, patch.body);
  if (!applied.ok) throw new Problem('invalid', { errors: [applied.error] });
  // A path and a value are bounded by themselves; what both make together is read back from the container
  // some day.
  const guarded = guardValue(applied.value);
  if (!guarded.ok)
    throw new Problem('invalid', { errors: [{ pointer: guarded.pointer, detail: guarded.detail }] });
  return applied.value;
}

/**
 * The change in words that the container understands.
 * @throws Problem 422 where only a JSON Patch could say it, and the container speaks none
 */
function spokenBy(
  types: readonly string[],
  patch: SettingsPatch,
  before: JsonObject,
  wanted: JsonObject,
): SettingsPatch {
  if (patch.type === mergePatchType || types.includes(jsonPatchType)) return patch;
  const nulls = nullsToStore(before, wanted);
  const detail = 'cannot be null: this extension takes merge patches alone, in which null removes';
  if (nulls.length > 0)
    throw new Problem('invalid', { errors: nulls.map((pointer) => ({ pointer, detail })) });
  return { type: mergePatchType, body: patchBetween(before, wanted) };
}

/**
 * Who changed what, newest first, also while the container is away.
 * @param before only changes earlier than this; milliseconds since the epoch
 * @throws Problem 404, 403
 */
export async function readHistory(
  who: Principal,
  id: string,
  before: number | null,
  { snapshot, history }: SettingsNeeds,
): Promise<object> {
  const { schema } = allowed(who, id, 'read', snapshot());
  const rows = await history.list(id, before, historyPage + 1);
  const shown = rows.slice(0, historyPage);
  const last = shown.at(-1);
  return {
    items: shown.map(({ id: row, at, userId, userEmail, outcome, changes }) => ({
      id: row,
      at: new Date(at).toISOString(),
      user: { id: userId, email: userEmail },
      outcome,
      changes: changes.map((change) => shownToday(schema, change)),
    })),
    next_before: rows.length > historyPage && last ? new Date(last.at).toISOString() : null,
  };
}

const historyPage = 50;

/**
 * @param wanted the settings as they would be, new secrets still in them: never to be logged or sent to a
 * browser
 * @throws Problem 422
 */
async function refuseUnfit(
  schema: SettingsSchema,
  before: JsonObject,
  wanted: JsonObject,
  { fits }: SettingsNeeds,
): Promise<void> {
  const fixed = readOnlyChanges(schema, before, wanted).map((pointer) => ({
    pointer,
    detail: 'cannot be changed here',
  }));
  const refused = [...fixed, ...doubtfulMasks(schema, before, wanted)];
  if (refused.length > 0) throw new Problem('invalid', { errors: refused });
  const verdict = await fits(schema, forValidation(wanted));
  // A check that could not be made is the container's to make: it validates by itself.
  if (verdict.ok || verdict.reason !== 'does-not-fit') return;
  const errors = withoutMaskErrors(schema, before, wanted, verdict.errors);
  if (errors.length > 0)
    throw new Problem('invalid', { errors: errors.map(({ pointer, detail }) => ({ pointer, detail })) });
}

async function noted(
  who: Principal,
  pluginId: string,
  changes: SettingsChange[],
  { history, now }: SettingsNeeds,
): Promise<string> {
  try {
    return await history.begin({ pluginId, userId: who.userId, userEmail: who.email, changes, at: now() });
  } catch (cause) {
    throw new Problem('unavailable', {
      detail: 'The change could not be noted in the history. Nothing was changed.',
      headers: { 'retry-after': '5' },
      cause,
    });
  }
}

function settingsOr(answer: SettingsAnswer): { settings: JsonObject; etag: string | null } {
  if (answer.kind === 'settings') return answer;
  if (answer.kind === 'stale') throw new Problem('stale');
  if (answer.kind === 'refused')
    throw new Problem('bad-gateway', { detail: 'The extension did not give its settings.' });
  if (typeof answer.reason === 'object') throw failureProblem(answer.reason, 'The extension');
  if (answer.reason === 'too-large')
    throw new Problem('bad-gateway', { detail: 'The extension answered with more than 1 MiB of settings.' });
  if (answer.reason === 'not-served')
    throw new Problem('bad-gateway', {
      detail: 'The extension has a settings schema and serves no settings.',
    });
  if (answer.reason === 'nonsense')
    throw new Problem('bad-gateway', { detail: 'The extension gave no usable answer about its settings.' });
  throw offline(1);
}

/** Where the container gives no version one is made here, so that a lost update is noticed. */
function masked(schema: SettingsSchema, { settings, etag }: PresentSettings): PresentSettings {
  const shown = asObject(maskSecrets(schema, settings));
  return { settings: shown, etag: etag ?? versionOf(shown) };
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
