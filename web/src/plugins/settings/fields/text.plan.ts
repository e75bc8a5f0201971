import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { commonOf, hintOf } from '../form-hints.ts';
import type { Field } from '../form-plan.types.ts';
import { numberAt, type Place } from './plan-walk.ts';

export function textField(schema: JsonObject, place: Place): Field {
  const common = commonOf(schema, place);
  const hint = hintOf(place.hints, 'widget');
  if (schema['format'] === 'color' || hint === 'color')
    return { ...common, kind: 'text', look: 'colour', offers: [] };
  const wantsArea = [hint, common.format].some(
    (word) => word === 'textarea' || word === 'multi-line' || word === 'multiline',
  );
  const isLong = (numberAt(schema, 'maxLength') ?? 0) > 500;
  const hasBreaks = [schema['default'], ...common.examples].some(
    (text) => typeof text === 'string' && /[\r\n]/.test(text),
  );
  return { ...common, kind: 'text', look: wantsArea || isLong || hasBreaks ? 'lines' : 'line', offers: [] };
}
