/** What people start by a button of an extension: may they, does the input fit, and how it went. */
import { pointerPart } from '@berth/plugin-kit/contract/json-pointer.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { JsonObject } from '@berth/plugin-kit/contract/settings.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import { visiblePlugin, type Visible } from '../registry/visible.rules.ts';
import type { SchemaVerdict } from '../schema/schema-checker.ts';
import { offline, spokenFor, type Asking, type DeskNeeds } from '../settings/desk.ts';
import type { ActionCall, ActionCaller, ActionEnd, ActionRunning } from './actions.types.ts';

export type ActionNeeds = Pick<DeskNeeds, 'snapshot' | 'signAssertion' | 'now'> & {
  caller: (pluginId: string) => ActionCaller | undefined;
  fits: (schema: object, value: unknown) => Promise<SchemaVerdict>;
};

export type ActionName = { pluginId: string; actionId: string };

export type Started =
  | { kind: 'ended'; end: ActionEnd }
  /** Its events go on; `end` tells how it went. */
  | { kind: 'running'; running: ActionRunning };

/**
 * @param signal ends the wait for it
 * @throws Problem 404, 422 with pointers, 503 while the container is away, 502, 504
 */
export async function startAction(
  asking: Asking,
  name: ActionName,
  asked: Pick<ActionCall, 'input' | 'signal' | 'say'>,
  needs: ActionNeeds,
): Promise<Started> {
  const { plugin, action } = runnable(asking.who, name, needs.snapshot());
  await refuseUnfit(action.input_schema, asked.input, needs);
  const identity = await spokenFor(asking, plugin, needs);
  const caller = needs.caller(plugin.id);
  if (!caller) throw offline(1);
  const call = { ...asked, actionId: action.id, identity };
  return action.progress === 'sse'
    ? { kind: 'running', running: await caller.follow(call) }
    : { kind: 'ended', end: await caller.run(call) };
}

/** Whether this person may still run it: asked again while one is under way. */
export function mayStillRun(who: Principal, name: ActionName, snapshot: Snapshot): boolean {
  try {
    return runnable(who, name, snapshot).plugin.state !== 'disabled';
  } catch {
    return false;
  }
}

/** One that is not there and one that is not theirs are the same. @throws Problem 404 */
export function runnable(who: Principal, { pluginId, actionId }: ActionName, snapshot: Snapshot) {
  const mayRun = (plugin: Pick<Visible['admitted'], 'compiled'>) =>
    plugin.compiled.actions.find(({ item }) => item.id === actionId);
  const plugin = visiblePlugin(snapshot, pluginId, who, (compiled) => mayRun({ compiled })?.mayRun ?? nobody);
  const action = plugin && mayRun(plugin.admitted)?.item;
  if (!plugin || !action) throw new Problem('not-found');
  return { plugin, action, schema: action.input_schema };
}

const nobody = () => null;

/** @throws Problem 422 */
async function refuseUnfit(
  schema: Readonly<Record<string, unknown>> | undefined,
  input: JsonObject,
  { fits }: ActionNeeds,
): Promise<void> {
  if (!schema) {
    const pointers = Object.keys(input).map(pointerPart);
    if (pointers.length === 0) return;
    const errors = pointers
      .slice(0, 50)
      .map((pointer) => ({ pointer, detail: 'this action takes no input' }));
    throw new Problem('invalid', { errors });
  }
  const verdict = await fits(schema, input);
  // A check that could not be made is the container's to make: it validates by itself.
  if (verdict.ok || verdict.reason !== 'does-not-fit') return;
  const errors = verdict.errors.map(({ pointer, detail }) => ({ pointer, detail }));
  throw new Problem('invalid', { errors });
}
