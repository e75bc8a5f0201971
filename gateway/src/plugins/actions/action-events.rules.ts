/**
 * The events of an action, one by one: read, judged and written anew, so that nothing else reaches a page.
 * Pure.
 */
import {
  actionEvents,
  actionProgress,
  actionResult,
  type ActionProgress,
} from '@berth/plugin-kit/contract/live.ts';
import type { Say } from '@berth/plugin-kit/contract/say.ts';
import { isObject } from '@berth/plugin-kit/contract/settings.ts';
import type { ActionEnd } from './actions.types.ts';

export type ActionEvent = { kind: 'progress'; step: ActionProgress } | { kind: 'end'; end: ActionEnd };

/**
 * @param block the lines of one event of a stream, without the empty line @returns `null` for what is no
 * event of an action
 */
export function readEvent(block: string): ActionEvent | null {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r\n|\r|\n/)) {
    if (line.startsWith('event:')) name = line.slice(6).trim();
    if (line.startsWith('data:')) data.push(line.slice(5).trimStart());
  }
  const value = parsed(data.join('\n'));
  if (name === actionEvents.progress) {
    const step = actionProgress.safeParse(value);
    return step.success ? { kind: 'progress', step: withPlainMessage(step.data) } : null;
  }
  if (name === actionEvents.result) return { kind: 'end', end: endOf(value) };
  if (name === actionEvents.problem) return { kind: 'end', end: failedWith(value) };
  return null;
}

/** What a container answered as the result. What is no result is success without words. */
export function endOf(value: unknown): ActionEnd {
  const read = actionResult.safeParse(value);
  const { message, facts } = read.success ? read.data : { message: '', facts: {} };
  const named = Object.entries(facts)
    .slice(0, 20)
    .map(([name, fact]) => [plain(name), typeof fact === 'string' ? plain(fact) : fact] as const);
  return { outcome: 'ok', message: plain(message), facts: Object.fromEntries(named) };
}

export function failedWith(problem: unknown): ActionEnd {
  const detail = isObject(problem) ? problem['detail'] : undefined;
  const status = isObject(problem) ? Number(problem['status']) : 500;
  const message = typeof detail === 'string' && detail !== '' ? plain(detail) : 'The action did not succeed.';
  return { outcome: status < 500 ? 'refused' : 'failed', message, facts: {} };
}

export const brokenOff: ActionEnd = {
  outcome: 'failed',
  message: 'The extension broke off before it said how it went.',
  facts: {},
};

/** @param told says the sentences of the gateway among them in the reader's language */
export function eventText({ kind, ...event }: ActionEvent, told: Say): string {
  const data = 'step' in event ? event.step : { ...event.end, message: told(event.end.message) };
  return `event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}

function withPlainMessage(step: ActionProgress): ActionProgress {
  return step.message === undefined ? step : { ...step, message: plain(step.message) };
}

/** One line without characters that forge what people read. */
export function plain(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
    .slice(0, 1000);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
