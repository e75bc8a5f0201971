/** Reading and saving a plugin's settings: the container keeps them, the gateway decides who may and what leaves. */
import { identityHeaders } from '@berth/plugin-kit/contract/identity.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { isObject, maskSecrets, mergePatch, readOnlyChanges, type JsonObject, type SettingsSchema } from '@berth/plugin-kit/contract/settings.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { Principal } from '#access/principal.ts';
import { failureProblem } from '#platform/upstream/failure-words.ts';
import { visiblePlugin, type Visible } from '../catalogue/catalogue.rules.ts';
import { isServed, type Snapshot } from '../registry/snapshot.ts';
import type { SchemaVerdict } from '../schema/schema-checker.ts';
import { identityFor } from './identity.rules.ts';
import { changesBetween, safeErrors, secretsChangedBy, shownToday, withoutMaskErrors } from './settings.rules.ts';
import type { ChangeOutcome, SettingsAnswer, SettingsChange, SettingsHistory, SettingsKeeper } from './settings.types.ts';

export type SettingsNeeds = {
  snapshot: () => Snapshot;
  keeper: (pluginId: string) => SettingsKeeper | undefined;
  fits: (schema: object, value: unknown) => Promise<SchemaVerdict>;
  signAssertion: (principal: Principal, pluginId: string) => string | Promise<string>;
  history: SettingsHistory;
  now: () => number;
  log: Logger;
};

/** `requestId`: as the container shall hear it, so that its log and ours tell one story. */
export type Asking = { who: Principal; requestId: string | undefined };

/** Masked. */
export type PresentSettings = { settings: JsonObject; etag: string | null };

/** @throws Problem 404, 403, 503 when the container is away, 502, 504 */
export async function readSettings(asking: Asking, id: string, needs: SettingsNeeds): Promise<PresentSettings> {
  const desk = await deskFor(asking, id, 'read', needs);
  return masked(desk.schema, settingsOr(await desk.keeper.get(desk.identity)));
}

/**
 * @param patch as RFC 7396 says; a mask in it keeps the secret
 * @throws Problem 404, 403, 412 when `ifMatch` is not the present version, 422 with pointers, 503, 502, 504
 */
export async function changeSettings(asking: Asking, id: string, patch: JsonObject, ifMatch: string | null, needs: SettingsNeeds): Promise<PresentSettings> {
  const { who } = asking;
  const { schema, keeper, identity } = await deskFor(asking, id, 'write', needs);
  const before = masked(schema, settingsOr(await keeper.get(identity)));
  if (isOutdated(ifMatch, before.etag)) throw new Problem('stale');
  const wanted = await checked(schema, before.settings, patch, needs);

  const secrets = secretsChangedBy(schema, patch);
  const row = await noted(who, id, changesBetween(before.settings, asObject(maskSecrets(schema, wanted)), secrets), needs);
  const finish = (outcome: ChangeOutcome, after?: PresentSettings): Promise<void> =>
    needs.history
      .finish(row, outcome, after && changesBetween(before.settings, after.settings, secrets))
      // The row stands as "sent", with what was asked for.
      .catch((err: unknown) => needs.log.warn({ err, plugin: id, change: row }, 'the history of settings could not be finished'));

  const answer = await keeper.patch(identity, patch, ifMatch);
  if (answer.kind === 'settings') {
    const after = masked(schema, answer);
    await finish('saved', after);
    return after;
  }
  await finish(answer.kind === 'failed' ? 'failed' : 'refused');
  if (answer.kind === 'refused')
    throw new Problem('invalid', { detail: 'The extension did not accept the change.', errors: safeErrors(schema, patch, answer.errors) });
  return masked(schema, settingsOr(answer));
}

/**
 * Who changed what, newest first, also while the container is away.
 * @param before only changes earlier than this; milliseconds since the epoch
 * @throws Problem 404, 403
 */
export async function readHistory(who: Principal, id: string, before: number | null, { snapshot, history }: SettingsNeeds): Promise<object> {
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

type Desk = { schema: SettingsSchema; keeper: SettingsKeeper; identity: Record<string, string> };

async function deskFor({ who, requestId }: Asking, id: string, wish: 'read' | 'write', { snapshot, keeper, signAssertion, now }: SettingsNeeds): Promise<Desk> {
  const { plugin, schema } = allowed(who, id, wish, snapshot());
  const { compiled } = plugin.admitted;
  const found = keeper(id);
  if (!found || !isServed(plugin)) throw offline(Math.max(1, Math.ceil(((plugin.nextPollAt ?? now()) - now()) / 1000)));
  const identity = identityFor(who, compiled, await signAssertion(who, id));
  return { schema, keeper: found, identity: requestId === undefined ? identity : { ...identity, [identityHeaders.requestId]: requestId } };
}

function allowed(who: Principal, id: string, wish: 'read' | 'write', snapshot: Snapshot): { plugin: Visible; schema: SettingsSchema } {
  const plugin = visiblePlugin(snapshot, id, who) ?? visiblePlugin(snapshot, id, who, ({ mayReadSettings }) => mayReadSettings);
  const schema = plugin?.admitted.manifest.settings_schema;
  if (!plugin || !schema) throw new Problem('not-found');
  const { mayReadSettings, mayWriteSettings } = plugin.admitted.compiled;
  const mayDoIt = wish === 'read' ? mayReadSettings : mayWriteSettings;
  if (!mayDoIt(who)) throw new Problem('not-allowed', { detail: `Your account may not ${wish === 'read' ? 'see' : 'change'} the settings of this extension.` });
  return { plugin, schema };
}

/** @returns the settings as they would be, secrets still in them: never to be logged or sent to a browser */
async function checked(schema: SettingsSchema, before: JsonObject, patch: JsonObject, { fits }: SettingsNeeds): Promise<JsonObject> {
  const wanted = asObject(mergePatch(before, patch));
  const fixed = readOnlyChanges(schema, before, wanted);
  if (fixed.length > 0) throw new Problem('invalid', { errors: fixed.map((pointer) => ({ pointer, detail: 'cannot be changed here' })) });
  const verdict = await fits(schema, wanted);
  // A check that could not be made is the container's to make: it validates by itself.
  if (verdict.ok || verdict.reason !== 'does-not-fit') return wanted;
  const errors = withoutMaskErrors(schema, wanted, verdict.errors);
  if (errors.length > 0) throw new Problem('invalid', { errors });
  return wanted;
}

async function noted(who: Principal, pluginId: string, changes: SettingsChange[], { history, now }: SettingsNeeds): Promise<string> {
  try {
    return await history.begin({ pluginId, userId: who.userId, userEmail: who.email, changes, at: now() });
  } catch (cause) {
    throw new Problem('unavailable', { detail: 'The change could not be noted in the history. Nothing was changed.', headers: { 'retry-after': '5' }, cause });
  }
}

function settingsOr(answer: SettingsAnswer): { settings: JsonObject; etag: string | null } {
  if (answer.kind === 'settings') return answer;
  if (answer.kind === 'stale') throw new Problem('stale');
  if (answer.kind === 'refused') throw new Problem('bad-gateway', { detail: 'The extension did not give its settings.' });
  if (typeof answer.reason === 'object') throw failureProblem(answer.reason, 'The extension');
  if (answer.reason === 'too-large') throw new Problem('bad-gateway', { detail: 'The extension answered with more than 1 MiB of settings.' });
  if (answer.reason === 'not-served') throw new Problem('bad-gateway', { detail: 'The extension has a settings schema and serves no settings.' });
  if (answer.reason === 'nonsense') throw new Problem('bad-gateway', { detail: 'The extension gave no usable answer about its settings.' });
  throw offline(1);
}

function offline(retrySeconds: number): Problem {
  return new Problem('plugin-offline', { headers: { 'retry-after': String(retrySeconds) } });
}

function masked(schema: SettingsSchema, { settings, etag }: PresentSettings): PresentSettings {
  return { settings: asObject(maskSecrets(schema, settings)), etag };
}

/** Only what is plain is decided here; lists and weak tags are the container's to compare. */
function isOutdated(ifMatch: string | null, etag: string | null): boolean {
  return ifMatch !== null && etag !== null && /^"[^"]*"$/.test(ifMatch) && ifMatch !== etag;
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
