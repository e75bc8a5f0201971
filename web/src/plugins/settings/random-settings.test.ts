import {
  isObject,
  isSame,
  type Json,
  type JsonObject,
  stringifyJson,
} from '@berth/plugin-kit/contract/exact-json.ts';
import { applyJsonPatch, changeBetween, mergePatchType } from '@berth/plugin-kit/contract/json-patch.ts';
import { mergePatch, secretMask } from '@berth/plugin-kit/contract/settings.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { definitionsOf, homeOf } from './active-fields.ts';
import {
  type Draft,
  Entries,
  entriesOf,
  fillIn,
  isGroup,
  memberOf,
  SecretEdit,
  settle,
  type Slot,
  Unready,
  withEdit,
  withItem,
  withMember,
} from './draft.ts';
import { fits } from './fits.ts';
import { planForm } from './form-plan.ts';
import { type Edit, type Path, randomCase } from './testing/random-settings.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 31 });

test('F8, M17: for any schema, stored settings and edits, the draft is what was meant, and the patch says nothing else', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { stored, edits, expected } = randomCase(seed, 8);
      expect(stringifyJson(settle(stored).value)).toBe(stringifyJson(stored));
      const draft = edits.reduce<Draft>(
        (value, edit) => changeAt(value, edit.path, (old) => performed(old, edit)) ?? value,
        stored,
      );
      const { value, unready } = settle(draft);
      expect([stringifyJson(sorted(value)), unready]).toEqual([stringifyJson(sorted(expected)), []]);
      const untouched = Object.keys(stored).filter((key) => !edits.some(({ path }) => path[0] === key));
      expect(untouched.map((key) => stringifyJson(value[key] ?? null))).toEqual(
        untouched.map((key) => stringifyJson(stored[key] ?? null)),
      );
      expect(isSame(sent(stored, value), value)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('F8, M18: for any schema and stored settings, every value has a control that shows it as it is', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { schema, stored } = randomCase(seed);
      const { root } = planForm(schema, {});
      const lost = leavesOf(stored, []).filter(
        (path) => homeOf(root, stored, path, definitionsOf(schema)).length === 0,
      );
      expect(lost).toEqual([]);
      expect(fits(root, stored)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('M17: an edited text keeps the line breaks that were not edited', () => {
  const piece = fc.constantFrom('a', 'b', '\n', '\r\n', '\r', '😀');
  const shown = (text: string): string => text.replaceAll(/\r\n?/g, '\n');
  fc.assert(
    fc.property(
      fc.array(piece),
      fc.array(piece),
      fc.array(piece),
      fc.array(piece),
      (before, removed, added, behind) => {
        const [start, end] = [before.join(''), behind.join('')];
        const stored = start + removed.join('') + end;
        expect(shown(withEdit(stored, shown(start) + shown(added.join('')) + shown(end)))).toBe(
          shown(start) + shown(added.join('')) + shown(end),
        );
        expect(withEdit(stored, shown(stored))).toBe(stored);
      },
    ),
  );
  expect(withEdit('one\r\ntwo\rthree\nfour', 'one\ntwo\nthree\nfour!')).toBe('one\r\ntwo\rthree\nfour!');
  expect(withEdit('one\r\ntwo', 'one\nand\ntwo')).toBe('one\r\nand\r\ntwo');
});

function sent(before: JsonObject, after: JsonObject): Json {
  const { type, body } = changeBetween(before, after);
  if (type === mergePatchType) return mergePatch(before, body);
  const patched = applyJsonPatch(before, body);
  return patched.ok ? patched.value : patched.error.detail;
}

/** As the fields do: each level passes on what the level below made of its own part. */
function changeAt(value: Slot, path: Path, change: (old: Slot) => Slot): Slot {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  if (value instanceof Entries) {
    const list = value.list.map((entry) =>
      entry.name === key
        ? { ...entry, value: changeAt(entry.value, rest, change) ?? new Unready('', fillIn()) }
        : entry,
    );
    return new Entries(list);
  }
  if (Array.isArray(value)) return withItem(value, Number(key), changeAt(value[Number(key)], rest, change));
  return withMember(
    isGroup(value) ? value : {},
    String(key),
    changeAt(memberOf(value, String(key)), rest, change),
  );
}

function performed(old: Slot, edit: Edit): Slot {
  const rows = Array.isArray(old) ? old : [];
  const entries = entriesOf(old);
  switch (edit.kind) {
    case 'replace':
      return new SecretEdit(secretMask, /^\d+$/.test(edit.text) ? Number(edit.text) : edit.text);
    case 'first-secret':
      return /^\d+$/.test(edit.text) ? Number(edit.text) : edit.text;
    case 'clear-secret':
      return new SecretEdit(secretMask, undefined);
    case 'replace-and-leave':
    case 'half-json':
      return old;
    case 'remove-row':
      return rows.filter((_, index) => index !== edit.index);
    case 'move-up':
      return rows.map((row, index) => {
        if (index === edit.index - 1) return rows[edit.index] ?? row;
        return index === edit.index ? (rows[index - 1] ?? row) : row;
      });
    case 'add-row':
      return [...rows, edit.text];
    case 'rename':
      return new Entries(
        entries.map((entry, index) => (index === edit.index ? { ...entry, name: edit.name } : entry)),
      );
    case 'remove-entry':
      return new Entries(entries.filter((_, index) => index !== edit.index));
    case 'add-entry':
      return new Entries([...entries, { id: edit.name, name: edit.name, value: edit.text }]);
    case 'append':
      return typeof old === 'string' ? withEdit(old, `${old.replaceAll(/\r\n?/g, '\n')}${edit.text}`) : old;
    case 'type':
    case 'number':
    case 'json':
    case 'choose':
    case 'clear':
    case 'toggle':
      return edit.value;
  }
}

function leavesOf(value: Json, path: string[]): string[][] {
  if (Array.isArray(value))
    return value.length === 0
      ? [path]
      : value.flatMap((item, index) => leavesOf(item, [...path, String(index)]));
  if (!isObject(value) || Object.keys(value).length === 0) return [path];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([key, item]) => [key, sorted(item)]));
}
