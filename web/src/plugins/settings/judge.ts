/** The browser's own judgement of a value: an early hint, and which branch of a condition holds. No eval. */
import {
  forValidation,
  isObject,
  type Json,
  type JsonObject,
} from '@berth/plugin-kit/contract/exact-json.ts';
import { type OutputUnit, type SchemaDraft, Validator } from '@cfworker/json-schema';
import { withoutSlowPatterns } from './quick-patterns.ts';

/** @throws Error where the library cannot run the schema: gateway and container judge */
export function judge(
  schema: JsonObject,
  value: Json,
  draft: SchemaDraft = '2020-12',
): { valid: boolean; errors: OutputUnit[] } {
  const told = withoutPrototypes(forValidation(value));
  return new Validator(withoutSlowPatterns(schema, told), draft, false).validate(told);
}

/** The library asks `key in value`: a setting called `toString` would be there always. */
function withoutPrototypes(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  if (!isObject(value)) return value;
  const bare: JsonObject = Object.create(null);
  for (const [key, item] of Object.entries(value)) bare[key] = withoutPrototypes(item);
  return bare;
}
