import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { isSecret as isDeclaredSecret } from '@berth/plugin-kit/contract/schema-places.ts';
import { commonOf, hintOf } from '../form-hints.ts';
import type { Field } from '../form-plan.types.ts';
import { typeOf } from '../form-schema.ts';
import type { Place } from './plan-walk.ts';

export function isSecret(schema: JsonObject, hints: JsonObject): boolean {
  return isDeclaredSecret(schema) || hintOf(hints, 'widget') === 'password';
}

export function secretField(schema: JsonObject, place: Place): Field {
  const type = typeOf(schema) ?? 'string';
  return {
    ...commonOf(schema, place),
    isNullable: false,
    kind: 'secret',
    isText: type === 'string',
    isWhole: type === 'integer',
  };
}
