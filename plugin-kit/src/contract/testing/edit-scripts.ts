/**
 * Settings at random, and edits of them as a person makes them: rows added, removed, moved, edited, renamed, duplicated,
 * secrets set and cleared. Each edit is made twice: in what is shown, with masks, and in what is meant, with secrets.
 */
import { isObject, parseJson, type Json, type JsonObject } from '../exact-json.ts';
import type { SettingsSchema } from '../schema-places.ts';

type Leaf = { kind: 'text' } | { kind: 'number' } | { kind: 'secret' } | { kind: 'secretNumber' };
type Group = { kind: 'object'; fields: Readonly<Record<string, Shape>> };
export type Shape = Leaf | Group | { kind: 'list'; row: Shape } | { kind: 'map'; row: Shape };

export type Random = {
  /** A whole number below `below`. */
  next: (below: number) => number;
  /** Never the same twice. */
  fresh: () => number;
};

/** @returns the same numbers for the same seed (mulberry32) */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  let count = 0;
  return {
    fresh: () => ++count,
    next: (below) => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
    },
  };
}

export function randomShape(random: Random): Group {
  return {
    kind: 'object',
    fields: { ...groupAt(random, 3).fields, rows: { kind: 'list', row: groupAt(random, 1) } },
  };
}

function groupAt(random: Random, depth: number): Group {
  const fields = Array.from({ length: 1 + random.next(4) }, (): [string, Shape] => [
    `f${random.fresh()}`,
    shapeAt(random, depth),
  ]);
  return {
    kind: 'object',
    fields: { id: { kind: 'text' }, ...Object.fromEntries(fields), token: { kind: 'secret' } },
  };
}

function shapeAt(random: Random, depth: number): Shape {
  const leaves = ['text', 'number', 'secret', 'secretNumber'] as const;
  const kind = random.next(depth > 0 ? 8 : 4);
  if (kind === 4) return groupAt(random, depth - 1);
  if (kind > 4)
    return {
      kind: kind === 5 ? 'map' : 'list',
      row: random.next(3) === 0 ? { kind: 'secret' } : groupAt(random, depth - 1),
    };
  return { kind: leaves[kind] ?? 'text' };
}

export function schemaOf(shape: Shape): SettingsSchema {
  if (shape.kind === 'text') return { type: 'string' };
  if (shape.kind === 'number') return { type: 'number' };
  if (shape.kind === 'secret') return { type: 'string', writeOnly: true };
  if (shape.kind === 'secretNumber') return { type: 'integer', writeOnly: true };
  if (shape.kind === 'list') return { type: 'array', items: schemaOf(shape.row) };
  if (shape.kind === 'map') return { type: 'object', additionalProperties: schemaOf(shape.row) };
  const properties = Object.fromEntries(
    Object.entries(shape.fields).map(([name, field]) => [name, schemaOf(field)]),
  );
  return { type: 'object', additionalProperties: false, properties };
}

/** Settings in which no two texts, numbers or secrets are the same, but for some twins among the secrets. */
export function randomValue(shape: Shape, random: Random): Json {
  if (shape.kind === 'text') return `text ${random.fresh()}`;
  if (shape.kind === 'number')
    return parseJson(`9007199254740${993 + random.fresh()}${random.next(2) === 0 ? '' : '.50'}`);
  if (shape.kind === 'secret') return random.next(6) === 0 ? 'twin secret' : `secret ${random.fresh()}`;
  if (shape.kind === 'secretNumber') return 4711 + random.fresh();
  const rows = (row: Shape): Json[] => Array.from({ length: random.next(4) }, () => randomValue(row, random));
  if (shape.kind === 'list') return rows(shape.row);
  if (shape.kind === 'map')
    return Object.fromEntries(rows(shape.row).map((row) => [`name ${random.fresh()}`, row]));
  return randomGroup(shape, random);
}

export function randomGroup({ fields }: Group, random: Random): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) =>
      field.kind === 'secret' && random.next(4) === 0 ? [] : [[name, randomValue(field, random)]],
    ),
  );
}

/** Undefined where it is not there. */
type Both = { shown: Json | undefined; meant: Json | undefined };

/** One edit somewhere in it, made in both. */
export function editOnce(shape: Shape, { shown, meant }: Both, random: Random): Both {
  if (shape.kind === 'list' && Array.isArray(shown) && Array.isArray(meant))
    return editList(shape.row, { shown, meant }, random);
  if (shape.kind === 'map' && isObject(shown) && isObject(meant))
    return editMap(shape.row, { shown, meant }, random);
  if (shape.kind === 'object' && isObject(shown) && isObject(meant)) {
    const names = Object.keys(shape.fields);
    const name = names[random.next(names.length)] ?? '';
    const field = shape.fields[name] ?? { kind: 'text' };
    if (field.kind === 'secret' && random.next(3) === 0)
      return { shown: without(shown, name), meant: without(meant, name) };
    const edited = editOnce(field, { shown: shown[name], meant: meant[name] }, random);
    return { shown: withMember(shown, name, edited.shown), meant: withMember(meant, name, edited.meant) };
  }
  const value = randomValue(shape, random);
  return { shown: value, meant: value };
}

function editList(row: Shape, both: { shown: Json[]; meant: Json[] }, random: Random): Both {
  const { length } = both.shown;
  const [how, from, to] = [random.next(5), random.next(Math.max(1, length)), random.next(length + 1)];
  if (how === 0 || length === 0) {
    const added = randomValue(row, random);
    return { shown: both.shown.toSpliced(to, 0, added), meant: both.meant.toSpliced(to, 0, added) };
  }
  if (how === 4) {
    const edited = editOnce(row, { shown: both.shown[from], meant: both.meant[from] }, random);
    return {
      shown: both.shown.with(from, edited.shown ?? null),
      meant: both.meant.with(from, edited.meant ?? null),
    };
  }
  const change = (list: readonly Json[]): Json[] => {
    const item = list[from] ?? null;
    if (how === 1) return list.toSpliced(from, 1);
    return how === 2
      ? list.toSpliced(to, 0, item)
      : list.toSpliced(from, 1).toSpliced(Math.min(to, length - 1), 0, item);
  };
  return { shown: change(both.shown), meant: change(both.meant) };
}

function editMap(row: Shape, both: { shown: JsonObject; meant: JsonObject }, random: Random): Both {
  const names = Object.keys(both.shown);
  const [how, name, fresh] = [
    random.next(4),
    names[random.next(Math.max(1, names.length))],
    `name ${random.fresh()}`,
  ];
  if (how === 0 || name === undefined) {
    const added = randomValue(row, random);
    return { shown: withMember(both.shown, fresh, added), meant: withMember(both.meant, fresh, added) };
  }
  if (how === 3) {
    const edited = editOnce(row, { shown: both.shown[name], meant: both.meant[name] }, random);
    return {
      shown: withMember(both.shown, name, edited.shown),
      meant: withMember(both.meant, name, edited.meant),
    };
  }
  const change = (map: JsonObject): JsonObject =>
    how === 1 ? without(map, name) : withMember(without(map, name), fresh, map[name]);
  return { shown: change(both.shown), meant: change(both.meant) };
}

function withMember(target: JsonObject, name: string, value: Json | undefined): JsonObject {
  return value === undefined ? without(target, name) : { ...target, [name]: value };
}

function without(target: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(target).filter(([key]) => key !== name));
}
