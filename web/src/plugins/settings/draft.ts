/**
 * What stands in the form. It is the settings as JSON, and in some places something that is no JSON yet: a
 * text that is half written, a secret that is being replaced, the entries of a map with their names. A draft
 * is never changed in place, and an edit touches its own place alone.
 */
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { ExactNumber, isSame, type Json, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { pointerPart } from '@berth/plugin-kit/contract/json-pointer.ts';
import { forbiddenKeys } from '@berth/plugin-kit/contract/settings.ts';
import { t } from '#words/words.ts';
import type { Field } from './form-plan.types.ts';

export type Draft = Json | Unready | SecretEdit | Entries | Draft[] | { [key: string]: Draft };
export type DraftObject = { [key: string]: Draft };
/** `undefined` stands for a value that is not set. */
export type Slot = Draft | undefined;
export type Entry = { id: string; name: string; value: Draft };

/** A text that cannot be stored yet, and the words that say why. It counts as a change, and blocks saving. */
export class Unready {
  readonly text: string;
  readonly reason: string;
  constructor(text: string, reason: string) {
    this.text = text;
    this.reason = reason;
  }
}

/**
 * A secret that is set and is to be replaced, or cleared where `next` is `undefined`. The mask is the way
 * back.
 */
export class SecretEdit {
  readonly mask: string;
  readonly next: Json | Unready | undefined;
  constructor(mask: string, next: Json | Unready | undefined) {
    this.mask = mask;
    this.next = next;
  }
}

/**
 * A map that was edited: its entries in the order of the page, also where two have one name for the moment.
 */
export class Entries {
  readonly list: readonly Entry[];
  constructor(list: readonly Entry[]) {
    this.list = list;
  }
}

export function fillIn(): string {
  return t('Fill this in, or remove the entry.');
}

export function isGroup(value: unknown): value is DraftObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLeafObject(value);
}

function isLeafObject(value: object): value is ExactNumber | Unready | SecretEdit | Entries {
  return (
    value instanceof ExactNumber ||
    value instanceof Unready ||
    value instanceof SecretEdit ||
    value instanceof Entries
  );
}

/** Plain JSON, all through. */
export function isSettled(value: Slot): value is Json {
  if (value === undefined) return false;
  if (Array.isArray(value)) return value.every(isSettled);
  if (isGroup(value)) return Object.values(value).every(isSettled);
  return typeof value !== 'object' || value === null || value instanceof ExactNumber;
}

export function memberOf(value: Slot, key: string): Slot {
  return isGroup(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/**
 * A copy with one member set, or removed where the value is `undefined`. Members keep their order; a new one
 * is the last.
 */
export function withMember(group: DraftObject, key: string, value: Slot): DraftObject {
  const members = Object.entries(group).filter(([name]) => name !== key || value !== undefined);
  if (value === undefined) return Object.fromEntries(members);
  if (!Object.hasOwn(group, key)) return Object.fromEntries([...members, [key, value]]);
  return Object.fromEntries(
    members.map(([name, old]): [string, Draft] => [name, name === key ? value : old]),
  );
}

export function withItem(list: readonly Draft[], index: number, value: Slot): Draft[] {
  return list.map((old, at) => (at === index ? (value ?? new Unready('', fillIn())) : old));
}

export function entriesOf(value: Slot): readonly Entry[] {
  if (value instanceof Entries) return value.list;
  return isGroup(value)
    ? Object.entries(value).map(([name, item]) => ({ id: `stored ${name}`, name, value: item }))
    : [];
}

/** Why an entry cannot have its name; `null` where it can. The first of two with one name keeps it. */
export function nameProblem(list: readonly Entry[], entry: Entry): string | null {
  if (entry.name === '') return t('Give the entry a name.');
  if (forbiddenKeys.has(entry.name))
    return t('“{name}” cannot be a name here. Choose another one.', { name: entry.name });
  if (list.find(({ name }) => name === entry.name) !== entry)
    return t('“{name}” is here already. Choose another name.', { name: entry.name });
  return null;
}

/** What a new entry holds before anything is filled in. */
export function blankOf({ kind }: Field): Draft {
  if (kind === 'group' || kind === 'map') return {};
  if (kind === 'list' || kind === 'multi' || kind === 'tuple') return [];
  return kind === 'toggle' ? false : new Unready('', fillIn());
}

/** A name is told at the name itself, all else at its field. */
export type NotReady = FieldError & { isName?: true };
export type Settled = { value: JsonObject; unready: NotReady[] };

/** The draft as JSON, and what is not ready for it. What is not ready is left out of the value. */
export function settle(draft: Draft): Settled {
  const unready: NotReady[] = [];
  const value = settled(draft, '', unready);
  if (isGroup(value)) return { value, unready };
  if (unready.length === 0)
    unready.push({
      pointer: '',
      detail: t('The settings must be a JSON object: {example}.', { example: '{ … }' }),
    });
  return { value: {}, unready };
}

/** One part of a draft as JSON. */
export function settledPart(draft: Slot): Json | undefined {
  return draft === undefined ? undefined : settled(draft, '', []);
}

function settled(draft: Draft, pointer: string, unready: NotReady[]): Json | undefined {
  if (draft instanceof Unready) {
    unready.push({ pointer, detail: draft.reason });
    return undefined;
  }
  if (draft instanceof SecretEdit)
    return draft.next === undefined ? undefined : settled(draft.next, pointer, unready);
  if (draft instanceof Entries) {
    const { list } = draft;
    const named = list.flatMap((entry): [string, Json][] => {
      const problem = nameProblem(list, entry);
      const below = pointer + pointerPart(entry.name);
      if (problem !== null) unready.push({ pointer: below, detail: problem, isName: true });
      const value = settled(entry.value, below, unready);
      return problem !== null || value === undefined ? [] : [[entry.name, value]];
    });
    return Object.fromEntries(named);
  }
  if (Array.isArray(draft))
    return draft.map((item, index) => settled(item, `${pointer}/${index}`, unready) ?? null);
  if (!isGroup(draft)) return draft;
  const members = Object.entries(draft).flatMap(([key, item]): [string, Json][] => {
    const value = settled(item, pointer + pointerPart(key), unready);
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(members);
}

export function isSameSlot(one: Slot, other: Slot): boolean {
  if (one === other) return true;
  return isSettled(one) && isSettled(other) && isSame(one, other);
}

/**
 * A text after an edit in a box that shows every line break as `\n`: what was not edited keeps the breaks it
 * has.
 * @param shown what the box says now
 */
export function withEdit(stored: string, shown: string): string {
  if (!stored.includes('\r')) return shown;
  const pieces = stored.match(/\r\n|[\s\S]/g) ?? [];
  const before = pieces.map((piece) => (piece === '\r\n' || piece === '\r' ? '\n' : piece));
  // By the same units on both sides.
  const after = shown.match(/[\s\S]/g) ?? [];
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end++;
  const lineBreak = pieces.find((piece) => piece === '\r\n' || piece === '\n' || piece === '\r') ?? '\n';
  const written = after.slice(start, after.length - end).map((piece) => (piece === '\n' ? lineBreak : piece));
  const edited = [...pieces.slice(0, start), ...written, ...pieces.slice(pieces.length - end)].join('');
  // Beside a lone `\r` a new break can become one with it: then what is seen counts.
  return edited.replaceAll(/\r\n?/g, '\n') === shown ? edited : shown;
}
