/** A value of which the schema says nothing: a person says what it is, and so for all that lies inside it. */
import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { t } from '#words/words.ts';
import { commonOf } from '../form-hints.ts';
import type { Field, Option, Shape, ShapesField } from '../form-plan.types.ts';
import type { Place } from './plan-walk.ts';

export function onOrOff(): readonly Option[] {
  return [
    { value: true, label: t('On') },
    { value: false, label: t('Off') },
  ];
}

export function freeField(schema: JsonObject, place: Place): ShapesField {
  return { ...commonOf(schema, place), kind: 'shapes', isFree: true, shapes: freeShapes() };
}

export function freeList(schema: JsonObject, place: Place): Field {
  return { ...commonOf(schema, place), kind: 'list', item: anything(place.name) };
}

export function freeMap(schema: JsonObject, place: Place): Field {
  return { ...commonOf(schema, place), kind: 'map', entry: anything(t('Value')) };
}

function anything(name: string): ShapesField {
  return { ...commonOf({}, { hints: {}, name }), kind: 'shapes', isFree: true, shapes: freeShapes() };
}

function freeShapes(): readonly Shape[] {
  const bare = commonOf({}, { hints: {}, name: t('Value') });
  return [
    {
      title: t('Text'),
      schema: {},
      field: { ...bare, kind: 'text', look: 'line', offers: [], mayBeEmpty: true },
    },
    { title: t('Number'), schema: {}, field: { ...bare, kind: 'number', look: 'amount', isWhole: false } },
    {
      title: t('On or off'),
      schema: {},
      field: { ...bare, kind: 'choice', look: 'select', options: onOrOff() },
    },
    // They hold what they are part of: it is asked for when a person has gone that deep.
    {
      title: t('List'),
      schema: {},
      field: {
        ...bare,
        kind: 'list',
        get item() {
          return anything(t('Value'));
        },
      },
    },
    {
      title: t('Entries by name'),
      schema: {},
      field: {
        ...bare,
        kind: 'map',
        get entry() {
          return anything(t('Value'));
        },
      },
    },
    { title: t('Anything, as JSON'), schema: {}, field: { ...bare, kind: 'json' } },
  ];
}
