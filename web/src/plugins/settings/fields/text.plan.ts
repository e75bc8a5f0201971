import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { commonOf, hintOf } from '../form-hints.ts';
import type { Field } from '../form-plan.types.ts';
import { numberAt, type Place } from './plan-walk.ts';

export function textField(schema: JsonObject, place: Place): Field {
  const common = commonOf(schema, place);
  const hint = hintOf(place.hints, 'widget');
  const least = numberAt(schema, 'minLength');
  const preset = schema['default'];
  const hasPreset = typeof preset === 'string' && preset !== '';
  const given = { offers: [], mayBeEmpty: least === 0 || (least === undefined && hasPreset) };
  if (schema['format'] === 'color' || hint === 'color')
    return { ...common, kind: 'text', look: 'colour', ...given };
  const wantsArea = [hint, common.format].some(
    (word) => word === 'textarea' || word === 'multi-line' || word === 'multiline',
  );
  const isLong = (numberAt(schema, 'maxLength') ?? 0) > 500;
  const hasBreaks = [schema['default'], ...common.examples].some(
    (text) => typeof text === 'string' && /[\r\n]/.test(text),
  );
  return { ...common, kind: 'text', look: wantsArea || isLong || hasBreaks ? 'lines' : 'line', ...given };
}
