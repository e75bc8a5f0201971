/**
 * What the servers and the kit say to people, as it stands in their sources: for the check of the
 * catalogues.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { z } from 'zod';
import type { Catalogue } from '../plugin-kit/src/base/sentences.ts';
import { root } from './start/paths.ts';

const table = z.record(z.string(), z.string());
const catalogueForm = z.object({ sentences: table, parts: table, names: table.default({}) });

export type Speaker = { folder: string; catalogue: string };

export const kit: Speaker = { folder: 'plugin-kit/src', catalogue: 'plugin-kit/src/words/de.json' };
export const servers: readonly Speaker[] = [
  { folder: 'gateway/src', catalogue: 'gateway/src/platform/words/de.json' },
  { folder: 'doc-service/src', catalogue: 'doc-service/src/platform/words/de.json' },
];

/** What is read at a console, in a log or in a description of an API is English. */
const english =
  /\.test\.ts$|\/(?:testing|generated|cli|config|conformance|openapi|frame)\/|test-gateway|manifest-schema/;
const spokenMembers = new Set(['detail', 'message', 'why', 'title']);
const spokenNames = new Set(['detail', 'why']);
/** Their last argument is told to the person: those of a schema. */
const spokenCalls = new Set([
  'refine',
  'addIssue',
  'string',
  'number',
  'boolean',
  'array',
  'enum',
  'max',
  'min',
]);

export type Said = {
  /** Each needs its translation. */
  wanted: Map<string, string>;
  /** With values and without `say`. */
  unmarked: string[];
  /** Every text of the source: a translation under another key is dead. */
  texts: Set<string>;
};

export function saidBy({ folder }: Speaker): Said {
  const said: Said = { wanted: new Map(), unmarked: [], texts: new Set() };
  const files = execFileSync('git', ['ls-files', folder], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  for (const file of files)
    if (file.endsWith('.ts') && !english.test(file)) read(file, readFileSync(join(root, file), 'utf8'), said);
  return said;
}

export function catalogueOf({ catalogue }: Speaker): Catalogue {
  return catalogueForm.parse(JSON.parse(readFileSync(join(root, catalogue), 'utf8')));
}

function read(file: string, text: string, { wanted, unmarked, texts }: Said): void {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const placeOf = (node: ts.Node): string =>
    `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
  const note = (node: ts.Expression): void => {
    for (const leaf of leavesOf(node)) {
      if (ts.isStringLiteralLike(leaf) && isWords(leaf.text)) wanted.set(leaf.text, placeOf(leaf));
      if (ts.isTemplateExpression(leaf)) unmarked.push(`${placeOf(leaf)} ${keyOf(leaf)}`);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) texts.add(node.text);
    if (ts.isTemplateExpression(node)) texts.add(keyOf(node));
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'say')
      wanted.set(keyOf(node.template), placeOf(node));
    if (ts.isPropertyAssignment(node) && spokenMembers.has(node.name.getText()) && isSpoken(file, node))
      note(node.initializer);
    if (ts.isVariableDeclaration(node) && spokenNames.has(node.name.getText()) && node.initializer)
      note(node.initializer);
    const last = ts.isCallExpression(node) && spokenCalls.has(nameOf(node)) ? node.arguments.at(-1) : null;
    if (last) note(last);
    ts.forEachChild(node, visit);
  };
  visit(source);
}

/** A title is a sentence in the list of problems alone: elsewhere it names a thing. */
function isSpoken(file: string, { name }: ts.PropertyAssignment): boolean {
  return name.getText() !== 'title' || file.endsWith('contract/problem.ts');
}

function nameOf({ expression }: ts.CallExpression): string {
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
}

/** What a condition may come to. */
function leavesOf(node: ts.Expression): ts.Expression[] {
  if (ts.isParenthesizedExpression(node)) return leavesOf(node.expression);
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(leavesOf);
  const isChoice =
    ts.isBinaryExpression(node) &&
    [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken].includes(node.operatorToken.kind);
  return isChoice ? [node.left, node.right].flatMap(leavesOf) : [node];
}

/** One word alone is an identifier. */
function isWords(text: string): boolean {
  return /\p{L}.* |[.!]$/u.test(text);
}

function keyOf(template: ts.TemplateLiteral): string {
  return ts.isTemplateExpression(template)
    ? template.templateSpans.reduce(
        (key, span, index) => `${key}{${index}}${span.literal.text}`,
        template.head.text,
      )
    : template.text;
}
