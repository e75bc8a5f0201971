/** Lists of entries that are alike. */
import { isObject, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { commonOf, hintsBelow } from '../form-hints.ts';
import type { Field } from '../form-plan.types.ts';
import { deeper, jsonField, type Place, type Walk } from './plan-walk.ts';

export function listField(schema: JsonObject, place: Place, walk: Walk): Field {
  if (!isObject(schema['items'])) return jsonField(schema, place);
  const item = walk.plan(
    schema['items'],
    { hints: hintsBelow(place.hints, 'items'), name: place.name },
    deeper(walk),
  );
  const common = commonOf(schema, place);
  if (item.kind === 'json') return jsonField(schema, place);
  if (schema['uniqueItems'] === true && item.kind === 'choice')
    return { ...common, kind: 'multi', options: item.options };
  return { ...common, kind: 'list', item };
}
