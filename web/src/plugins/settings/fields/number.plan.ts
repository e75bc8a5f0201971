import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { commonOf, hintOf } from '../form-hints.ts';
import type { Field } from '../form-plan.types.ts';
import { typeOf } from '../form-schema.ts';
import { numberAt, type Place } from './plan-walk.ts';

export function numberField(schema: JsonObject, place: Place): Field {
  const hint = hintOf(place.hints, 'widget');
  const limits = {
    min: numberAt(schema, 'minimum'),
    max: numberAt(schema, 'maximum'),
    step: numberAt(schema, 'multipleOf'),
  };
  const known = Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
  const isSlider = hint === 'range' || hint === 'slider';
  return {
    ...commonOf(schema, place),
    ...known,
    kind: 'number',
    look: isSlider ? 'slider' : 'amount',
    isWhole: typeOf(schema) === 'integer',
  };
}
