/** Options of a capability: JSON without secrets, in layers, with variables of an allow-list. */
import { pointerPart } from '../json-pointer.ts';
import { z } from 'zod';
import type { FieldError } from '../problem.ts';
import { say } from '../say.ts';

const maxDepth = 16;

/** Depth first: what reads it further calls itself for each level. */
export const jsonObject = z
  .unknown()
  .refine(isShallow, say`nested at most ${maxDepth} levels deep`)
  .pipe(z.record(z.string().max(128), z.json()));
export type OptionValue = z.output<ReturnType<typeof z.json>>;
export type OptionsObject = z.output<typeof jsonObject>;

/** What `${…}` may name in a text of the options. */
export const optionVariables = [
  'workspace_slug',
  'workspace_id',
  'workspace_type_slug',
  'org_slug',
  'environment',
] as const;
export type OptionVariable = (typeof optionVariables)[number];

const variable = /\$\{([^}]*)\}/g;
const secretName =
  /(?:^|[_-])(?:secret|password|passwd|passphrase|token|api[_-]?key|private[_-]?key|credentials?)$/i;
/** Keys of well-known services, and PEM. */
const secretValue =
  /^(?:sk-[\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|glpat-[\w-]{16,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*)$|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** Later objects win, member by member; lists and plain values are replaced whole. */
export function mergeOptions(...layers: readonly OptionsObject[]): OptionsObject {
  const merged: OptionsObject = {};
  for (const layer of layers)
    for (const [key, value] of Object.entries(layer)) {
      const present = Object.hasOwn(merged, key) ? merged[key] : undefined;
      const next = isPlain(present) && isPlain(value) ? mergeOptions(present, value) : value;
      Object.defineProperty(merged, key, {
        value: next,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
  return merged;
}

/** @param values what is absent becomes an empty text */
export function fillVariables(
  value: OptionValue,
  values: Readonly<Partial<Record<string, string | null>>>,
): OptionValue {
  if (typeof value === 'string') return value.replaceAll(variable, (_, name: string) => values[name] ?? '');
  if (Array.isArray(value)) return value.map((item) => fillVariables(item, values));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillVariables(item, values)]));
}

/** Variables that nothing fills in, and values that look like secrets: neither belongs into options. */
export function optionFaults(value: OptionValue, pointer: string): FieldError[] {
  if (typeof value === 'string') return [...unknownVariables(value, pointer), ...secretIn(value, pointer)];
  if (Array.isArray(value)) return value.flatMap((item, index) => optionFaults(item, `${pointer}/${index}`));
  if (!isPlain(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = pointer + pointerPart(key);
    if (['__proto__', 'constructor', 'prototype'].includes(key))
      return [{ pointer: at, detail: 'This name is not allowed.' }];
    const isNamedSecret = secretName.test(spaced(key)) && typeof item === 'string' && item !== '';
    return isNamedSecret ? [{ pointer: at, detail: secretWords }] : optionFaults(item, at);
  });
}

const secretWords = 'looks like a secret: options are shown to people; a connection holds the key';

/** `apiKey` → `api_Key` */
function spaced(name: string): string {
  return name.replaceAll(/([a-z\d])([A-Z])/g, '$1_$2');
}

function unknownVariables(text: string, pointer: string): FieldError[] {
  const known: readonly string[] = optionVariables;
  return [...text.matchAll(variable)]
    .filter(([, name = '']) => !known.includes(name))
    .map(([whole]) => ({
      pointer,
      detail: say`${whole} is not known here; there are ${known.map((name) => `\${${name}}`).join(', ')}`,
    }));
}

function secretIn(text: string, pointer: string): FieldError[] {
  return secretValue.test(text) ? [{ pointer, detail: secretWords }] : [];
}

function isPlain(value: OptionValue | undefined): value is OptionsObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isShallow(value: unknown): boolean {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: item, depth } = next;
    if (typeof item !== 'object' || item === null) continue;
    if (depth >= maxDepth) return false;
    for (const inner of Object.values(item)) open.push({ value: inner, depth: depth + 1 });
  }
  return true;
}
