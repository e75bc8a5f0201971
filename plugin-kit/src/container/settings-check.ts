/** Do these settings fit the container's own schema? Field errors in words for a person. */
import type { ErrorObject, Options } from 'ajv';
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { pointerTo } from '../contract/json-pointer.ts';
import type { FieldError } from '../contract/problem.ts';
import { draftOf, inReadWords } from '../contract/schema-drafts.ts';
import type { Json, SettingsSchema } from '../contract/settings.ts';

export type CheckSettings = (settings: Json) => FieldError[];

/**
 * @param schema the container's own: it is trusted here (the gateway compiles it under guard). Draft 2020-12,
 * or the one
 * that `$schema` names.
 * @throws Error when it does not compile
 */
export function createSettingsCheck(schema: SettingsSchema): CheckSettings {
  // A setting may be called `toString`: what every object inherits is no value.
  const options: Options = {
    allErrors: true,
    ownProperties: true,
    strict: false,
    logger: false,
    verbose: false,
  };
  const ajv = engineFor(schema, options);
  formats(ajv);
  ajv.addFormat('color', /^#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i);
  const validate = ajv.compile(inReadWords(schema));
  return (settings) => (validate(settings) ? [] : fieldErrors(validate.errors ?? []));
}

function engineFor(schema: SettingsSchema, options: Options): Ajv | Ajv2019 | Ajv2020 {
  const draft = draftOf(schema);
  if (draft === 'draft-07') return new Ajv(options);
  return draft === '2019-09' ? new Ajv2019(options) : new Ajv2020(options);
}

/** Wrappers such as "must match then schema" say nothing beside what they wrap. */
const wrappers = new Set(['if', 'allOf', 'anyOf', 'oneOf', '$ref']);

function fieldErrors(found: ErrorObject[]): FieldError[] {
  const telling = found.filter(({ keyword }) => !wrappers.has(keyword));
  const errors = (telling.length > 0 ? telling : found).map((error) => ({
    pointer: pointerOf(error),
    detail: detailOf(error),
  }));
  return errors.filter(
    (error, index) =>
      errors.findIndex((other) => other.pointer === error.pointer && other.detail === error.detail) === index,
  );
}

function pointerOf({ instancePath, params }: ErrorObject): string {
  for (const name of ['missingProperty', 'additionalProperty', 'unevaluatedProperty']) {
    const key: unknown = params[name];
    if (typeof key === 'string') return instancePath + pointerTo([key]);
  }
  return instancePath;
}

function detailOf({ keyword, message, params }: ErrorObject): string {
  if (keyword === 'required') return 'is required';
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties')
    return 'is not a known setting';
  const allowed: unknown = params['allowedValues'];
  if (keyword === 'enum' && Array.isArray(allowed))
    return `must be one of: ${allowed.map((value) => JSON.stringify(value)).join(', ')}`;
  return message ?? 'is not right';
}
