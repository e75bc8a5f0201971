/**
 * Compiles and runs schemas of strangers, in a thread that may be killed: whatever they cost, they cost here. Patterns run
 * on an engine of linear time; formats are the library's; no reference is loaded.
 */
import { parentPort } from 'node:worker_threads';
import { Ajv, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { RE2JS } from 're2js';
import type { Draft } from './foreign-schema.rules.ts';
import type { SchemaAnswer, SchemaQuestion } from './schema-checker.ts';

const maxErrors = 100;
const maxCompiled = 64;

const linearTime = Object.assign(
  (pattern: string, _flags: string) => {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return { test: (text: string) => compiled.matcher(text).find(), toString: () => `/${pattern}/` };
  },
  // The library asks for the source of the engine only when it writes stand-alone code, which it does not here.
  { code: 'linearTime' },
);

const options: Options = {
  strict: false,
  allErrors: true,
  ownProperties: true,
  inlineRefs: false,
  addUsedSchema: false,
  logger: false,
  code: { regExp: linearTime },
};

/** Latest last. Whoever asks for one more than fits pushes out the one that nobody asked for longest. */
const compiled = new Map<string, ValidateFunction>();

parentPort?.on('message', (question: SchemaQuestion) => parentPort?.postMessage(answer(question)));
parentPort?.postMessage('ready');

function answer({ id, draft, schema, value, hasValue }: SchemaQuestion): SchemaAnswer {
  let validate: ValidateFunction;
  try {
    validate = compile(draft, schema);
  } catch (error) {
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
          ? `${instancePath}/${escaped(params['missingProperty'])}`
          : instancePath,
      keyword,
      detail: wordsFor(keyword, params) ?? message ?? 'is not accepted',
    }));
  return { id, outcome: 'does-not-fit', errors };
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
function engine(draft: Draft): Ajv | Ajv2020 {
  const ajv = draft === '2020-12' ? new Ajv2020(options) : new Ajv(options);
  addFormats(ajv);
  // Formats that say how a form shows the value, not what it may be.
  for (const format of ['color', 'cron', 'multi-line']) ajv.addFormat(format, true);
  return ajv;
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

function escaped(name: unknown): string {
  return String(name).replaceAll('~', '~0').replaceAll('/', '~1');
}
