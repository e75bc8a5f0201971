/**
 * Compiles and runs schemas of strangers, in a thread that may be killed: whatever they cost, they cost here.
 * Patterns run on an engine of linear time, or within a limit; formats are the library's; no reference is
 * loaded.
 */
import { pointerPart } from '@berth/plugin-kit/contract/json-pointer.ts';
import { parentPort } from 'node:worker_threads';
import { Ajv, type Options, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Draft } from '@berth/plugin-kit/contract/schema-drafts.ts';
import { badPatterns } from './foreign-schema.rules.ts';
import { enginePatterns } from './pattern-engines.ts';
import type { SchemaAnswer, SchemaError, SchemaQuestion } from './schema-checker.ts';

const maxErrors = 100;
const maxCompiled = 64;

const bounded = Object.assign(
  (pattern: string, _flags: string) => {
    const test = enginePatterns(pattern);
    if (!test) throw new Error('a pattern is no regular expression');
    return { test, toString: () => `/${pattern}/` };
  },
  // The library asks for the source of the engine only when it writes stand-alone code, which it does not
  // here.
  { code: 'bounded' },
);

const options: Options = {
  strict: false,
  allErrors: true,
  ownProperties: true,
  inlineRefs: false,
  addUsedSchema: false,
  logger: false,
  code: { regExp: bounded },
};

/** Latest last. One more than fits pushes out the one that was not asked for longest. */
const compiled = new Map<string, ValidateFunction>();

parentPort?.on('message', (question: SchemaQuestion) => parentPort?.postMessage(answer(question)));
parentPort?.postMessage('ready');

function answer({ id, draft, schema, value, hasValue }: SchemaQuestion): SchemaAnswer {
  let validate: ValidateFunction;
  try {
    validate = compile(draft, schema);
  } catch (error) {
    const errors = patternFaults(JSON.parse(schema));
    if (errors.length > 0) return { id, outcome: 'does-not-compile', errors };
    return {
      id,
      outcome: 'does-not-compile',
      errors: [
        {
          pointer: '',
          keyword: '',
          detail: error instanceof Error ? error.message.slice(0, 300) : 'unknown',
        },
      ],
    };
  }
  if (!hasValue || validate(value)) return { id, outcome: 'ok', errors: [] };
  const errors = (validate.errors ?? [])
    .slice(0, maxErrors)
    .map(({ instancePath, keyword, params, message }) => ({
      pointer:
        keyword === 'required' || keyword === 'dependentRequired'
          ? instancePath + pointerPart(String(params['missingProperty']))
          : instancePath,
      keyword,
      detail: wordsFor(keyword, params) ?? message ?? 'is not accepted',
    }));
  return { id, outcome: 'does-not-fit', errors };
}

function patternFaults(schema: unknown): SchemaError[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const pointers = badPatterns(schema, (pattern) => enginePatterns(pattern) === null);
  return pointers.map((pointer) => ({
    pointer,
    keyword: 'pattern',
    detail: 'is no regular expression that JavaScript or RE2 reads',
  }));
}

function compile(draft: Draft, text: string): ValidateFunction {
  const key = `${draft} ${text}`;
  const known = compiled.get(key);
  if (known) compiled.delete(key);
  const validate = known ?? engine(draft).compile(JSON.parse(text));
  compiled.set(key, validate);
  for (const oldest of compiled.keys()) {
    if (compiled.size <= maxCompiled) break;
    compiled.delete(oldest);
  }
  return validate;
}

/** A fresh one each time: schemas that name themselves (`$id`) never meet. */
function engine(draft: Draft): Ajv | Ajv2019 | Ajv2020 {
  const ajv = newEngine(draft);
  addFormats(ajv);
  // Formats that say how a form shows the value, not what it may be.
  for (const format of ['color', 'cron', 'multi-line']) ajv.addFormat(format, true);
  return ajv;
}

function newEngine(draft: Draft): Ajv | Ajv2019 | Ajv2020 {
  if (draft === '2020-12') return new Ajv2020(options);
  return draft === '2019-09' ? new Ajv2019(options) : new Ajv(options);
}

function wordsFor(keyword: string, params: Record<string, unknown>): string | null {
  if (keyword === 'required') return 'is required';
  if (keyword === 'dependentRequired') return `is required when ${String(params['property'])} is set`;
  if (keyword === 'additionalProperties')
    return `must not have the property "${String(params['additionalProperty'])}"`;
  if (keyword === 'enum' && Array.isArray(params['allowedValues']))
    return `must be one of ${params['allowedValues']
      .map((value) => JSON.stringify(value))
      .join(', ')
      .slice(0, 300)}`;
  return null;
}
