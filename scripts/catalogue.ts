/**
 * The texts of a page and their translations (docs/adr/0056): which texts go through `t`, `msg` and
 * `<Words>`, which are written beside them in English alone, and what is wrong with a catalogue.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatMessage, placesOf } from '@berth/plugin-kit/frame/words.ts';
import { parseSync } from 'oxc-parser';

/**
 * `used`: each text with the places that say it. `bare`: `file:line text` of what people read in English
 * alone.
 */
export type Texts = { used: Map<string, string[]>; bare: string[] };

/** Of a syntax tree (ESTree). */
type Node = { readonly type: string; readonly start: number; readonly [member: string]: unknown };

/** Attributes and properties that people read or hear. */
const labels = new Set(
  (
    'label title placeholder description alt what lead above error hint ' +
    'aria-label aria-description aria-roledescription aria-valuetext data-label message ' +
    'nothingFoundMessage tooltip help note heading action caption detail words'
  ).split(' '),
);
/** What these hold is for the machine, also where it looks like words. */
const forMachines = /^(?:className|style|rel|sandbox|allow|autoComplete|fontFamily\w*|d)$/;
const sentence = /^[A-Z][a-z]+(?:[ ,.:…?!’]|$)|[a-z]{2,}[,.]? [a-z]{2,}/;
const code = /var\(|\dpx|solid|calc|^[#.[]|=>|minmax|repeat\(|https?:|;/;

/** @param allowed what stands there in every language, such as names and symbols */
export function readTexts(folder: string, allowed: ReadonlySet<string>): Texts {
  const all: Texts = { used: new Map(), bare: [] };
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|\.d\.ts$|(?:^|\/)testing\//.test(name),
  );
  for (const name of names.toSorted()) {
    const { used, bare } = textsOf(name, readFileSync(join(folder, name), 'utf8'), allowed);
    for (const [text, places] of used) all.used.set(text, [...(all.used.get(text) ?? []), ...places]);
    all.bare.push(...bare);
  }
  return all;
}

export function textsOf(name: string, source: string, allowed: ReadonlySet<string>): Texts {
  const found: Texts = { used: new Map(), bare: [] };
  const at = (node: Node): string => `${name}:${source.slice(0, node.start).split('\n').length}`;
  /** @param holder the attribute or property that the value stands in */
  const visit = (node: Node, holder: string, isSaid: boolean): void => {
    if (isPassedOver(node)) return;
    const text = textOf(node);
    if (text !== null) {
      if (isSaid && text !== '') found.used.set(text, [...(found.used.get(text) ?? []), at(node)]);
      else if (!isSaid && !allowed.has(text.trim()) && isForPeople(node, text, holder))
        found.bare.push(`${at(node)} ${text.trim()}`);
      return;
    }
    const saidNode = saidBy(node);
    const isOneValue = passesOn.test(node.type);
    const isKept = isOneValue || forMachines.test(holder);
    const inner = isKept ? holder : (heldBy(node) ?? '');
    for (const [member, child] of childrenOf(node)) {
      if (isForMachine(node, member)) continue;
      visit(child, inner, child === saidNode || (isSaid && isOneValue && member !== 'test'));
    }
  };
  const program: unknown = parseSync(name, source).program;
  if (isNode(program)) visit(program, '', false);
  return found;
}

/** @returns what is wrong between the texts that are used and their translations, each fault in words */
export function faultsOf(used: Texts['used'], catalogue: Readonly<Record<string, string>>): string[] {
  const faults: string[] = [];
  for (const [text, places] of used) {
    const translated = Object.hasOwn(catalogue, text) ? catalogue[text] : undefined;
    if (!translated) faults.push(`has no translation: ${text} (${places[0] ?? ''})`);
    else if (!isWhole(text) || !isWhole(translated))
      faults.push(`has a brace without a partner: ${isWhole(text) ? translated : text}`);
    else if (placesOf(text).join() !== placesOf(translated).join())
      faults.push(`has other places than its text: ${translated}`);
    else if (casesOf(text).join() !== casesOf(translated).join())
      faults.push(`has other cases than its text: ${translated}`);
  }
  for (const text of Object.keys(catalogue)) if (!used.has(text)) faults.push(`is said nowhere: ${text}`);
  return faults;
}

/** A text with a brace that has no partner breaks the page that shows it. */
function isWhole(text: string): boolean {
  try {
    formatMessage(text, {}, 'en');
    return true;
  } catch {
    return false;
  }
}

/** The cases of plurals: `one`, `other`. */
function casesOf(text: string): string[] {
  return Array.from(text.matchAll(/\b(zero|one|two|few|many|other) \{/g), ([, name = '']) => name);
}

/** Where the value of one of its parts is its own. */
const passesOn = /^(?:Conditional|Logical|Template|TSAs|TSSatisfies|Parenthesized|JSXExpression|Binary)\w*$/;

/** @returns the first argument of `t`, `msg` and `piecesOf`, or the `text` of `<Words>` */
function saidBy(node: Node): unknown {
  if (node.type === 'CallExpression')
    return /^(?:t|msg|piecesOf)$/.test(nameOf(node['callee'])) ? listOf(node['arguments'])[0] : null;
  return node.type === 'JSXAttribute' && nameOf(node['name']) === 'text' ? node['value'] : null;
}

/** @returns a literal, or literals joined by `+` */
function textOf(node: Node): string | null {
  if (node.type === 'BinaryExpression') {
    const { left, right, operator } = node;
    const [one, two] = [isNode(left) ? textOf(left) : null, isNode(right) ? textOf(right) : null];
    return operator !== '+' || one === null || two === null ? null : one + two;
  }
  if (node.type === 'TemplateElement')
    return isRecord(node['value']) ? String(node['value']['cooked']) : null;
  const { value } = node;
  return /^(?:Literal|JSXText)$/.test(node.type) && typeof value === 'string' ? value : null;
}

function isForPeople(node: Node, text: string, holder: string): boolean {
  if (!/[A-Za-z]{2,}/.test(text)) return false;
  if (node.type === 'JSXText') return true;
  if (forMachines.test(holder) || code.test(text)) return false;
  return sentence.test(text) || (labels.has(holder) && /^[A-Z]/.test(text));
}

/** Types, imports and names of modules. */
function isPassedOver({ type }: Node): boolean {
  return (
    /^(?:Import\w+Declaration|ImportExpression|ExportAll\w+|TSType\w+|TSInterface\w+|TSEnum\w+)$/.test(
      type,
    ) || type === 'ImportDeclaration'
  );
}

/** Names, and what is compared: no person reads it. */
function isForMachine(node: Node, member: string): boolean {
  const isComparison = node.type === 'BinaryExpression' && node['operator'] !== '+';
  return (
    isComparison ||
    (node.type === 'SwitchCase' && member === 'test') ||
    (member === 'key' && node['computed'] !== true)
  );
}

function heldBy(node: Node): string | null {
  if (node.type === 'JSXAttribute') return nameOf(node['name']);
  return node.type === 'Property' ? nameOf(node['key']) : null;
}

function nameOf(node: unknown): string {
  if (!isNode(node)) return '';
  if (node.type === 'JSXNamespacedName') return nameOf(node['name']);
  const name = node['name'] ?? node['value'];
  return typeof name === 'string' ? name : '';
}

function childrenOf(node: Node): [member: string, child: Node][] {
  return Object.entries(node).flatMap(([member, value]) =>
    listOf(value).flatMap((one): [string, Node][] => (isNode(one) ? [[member, one]] : [])),
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isNode(value: unknown): value is Node {
  return isRecord(value) && typeof value['type'] === 'string' && typeof value['start'] === 'number';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
