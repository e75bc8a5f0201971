/** Lists: of entries that are alike, and of places that are fields of their own. */
import { isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { commonOf, hintsBelow } from '../form-hints.ts';
import type { Field } from '../form-plan.types.ts';
import { freeList } from './free.plan.ts';
import { deeper, type Place, type Walk } from './plan-walk.ts';

export function listField(schema: JsonObject, place: Place, walk: Walk): Field {
  const places = placesOf(schema);
  if (places) return tupleField(schema, places, place, walk);
  if (schema['items'] === undefined || schema['items'] === true) return freeList(schema, place);
  const item = entryOf(schema['items'], place, walk);
  const common = commonOf(schema, place);
  if (schema['uniqueItems'] === true && item.kind === 'choice')
    return { ...common, kind: 'multi', options: item.options };
  return { ...common, kind: 'list', item };
}

/** `prefixItems`, or the list that `items` could be in older drafts. */
function placesOf(schema: JsonObject): Json[] | null {
  const { prefixItems, items } = schema;
  const places = Array.isArray(prefixItems) ? prefixItems : items;
  return Array.isArray(places) && places.length > 0 && places.length <= 24 ? places : null;
}

function tupleField(schema: JsonObject, places: readonly Json[], place: Place, walk: Walk): Field {
  const more = Array.isArray(schema['prefixItems']) ? schema['items'] : schema['additionalItems'];
  return {
    ...commonOf(schema, place),
    kind: 'tuple',
    places: places.map((one, index) =>
      walk.plan(isObject(one) ? one : {}, { hints: {}, name: `${place.name} ${index + 1}` }, deeper(walk)),
    ),
    // Where nothing is said of more entries, those that are stored have a field all the same.
    rest: more === false || more === undefined ? null : entryOf(more, place, walk),
  };
}

function entryOf(items: Json | undefined, place: Place, walk: Walk): Field {
  const below = { hints: hintsBelow(place.hints, 'items'), name: place.name };
  return walk.plan(isObject(items) ? items : {}, below, deeper(walk));
}
