import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { t } from '#words/words.ts';
import { commonOf, hintOf } from '../form-hints.ts';
import type { Field, Option } from '../form-plan.types.ts';
import type { Place } from './plan-walk.ts';

export function choiceField(schema: JsonObject, place: Place, options: readonly Option[]): Field {
  const look = hintOf(place.hints, 'widget') === 'radio' ? 'radio' : 'select';
  return { ...commonOf(schema, place), isNullable: false, kind: 'choice', look, options };
}

/** A switch has two states: where null is a third one, there is a choice. */
export function toggleField(schema: JsonObject, place: Place): Field {
  const common = commonOf(schema, place);
  if (!common.isNullable) return { ...common, kind: 'toggle' };
  const options = [
    { value: true, label: t('On') },
    { value: false, label: t('Off') },
    { value: null, label: t('No value') },
  ];
  return { ...common, isNullable: false, kind: 'choice', look: 'select', options };
}
