/**
 * Turns a container's `settings_schema` and `settings_ui` into fields that can be drawn: references inlined, hints read,
 * and every part outside the subset of the contract handed to the JSON editor, recursion (M6) and doubling references
 * among them. Every part has a field with a name (M18). What validates is always the container's own schema, never this.
 * Each kind of field has its plan, and its component, in `fields/`.
 */
import { isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { choiceField, toggleField } from './fields/choice.plan.ts';
import { objectField } from './fields/group.plan.ts';
import { listField } from './fields/list.plan.ts';
import { numberField } from './fields/number.plan.ts';
import { jsonField, maxDepth, maxNodes, noPart, type Place, resolve, type Walk } from './fields/plan-walk.ts';
import { isSecret, secretField } from './fields/secret.plan.ts';
import { sectionsOf } from './fields/sections.ts';
import { textField } from './fields/text.plan.ts';
import { allOf, isOfOneShape, union } from './fields/union.plan.ts';
import { hintOf } from './form-hints.ts';
import type { Field, FormPlan } from './form-plan.types.ts';
import { optionsOf, typeOf } from './form-schema.ts';

const beyondForms = ['prefixItems', '$dynamicRef', '$recursiveRef'];

export function planForm(schema: JsonObject, hints: JsonObject): FormPlan {
  const walk: Walk = { root: schema, stack: ['#'], depth: 0, budgets: [{ nodes: maxNodes }], plan: fieldOf };
  const root = fieldOf(schema, { hints, name: 'All settings' }, walk);
  if (root.kind === 'group') return { root, sections: sectionsOf(root, hints) };
  const whole =
    root.kind === 'map' ? { ...noPart, ...root, kind: 'group' as const, order: [], extra: root.entry } : null;
  if (whole)
    return { root: whole, sections: [{ id: 'section-1', title: whole.title, description: '', keys: [] }] };
  return { root: jsonField(schema, { hints, name: 'All settings' }), sections: [] };
}

function fieldOf(given: Json | undefined, place: Place, walk: Walk): Field {
  const isSpent = walk.budgets.map((budget) => --budget.nodes < 0).includes(true);
  const resolved = resolve(given, walk);
  if (!resolved) return jsonField(isObject(given) ? given : {}, place);
  const { schema, walk: inner } = resolved;
  if (isSpent || inner.depth > maxDepth || hintOf(place.hints, 'widget') === 'json')
    return jsonField(schema, place);
  if (beyondForms.some((key) => Object.hasOwn(schema, key))) return jsonField(schema, place);

  if (isSecret(schema, place.hints)) return secretField(schema, place);
  const options = optionsOf(schema);
  if (options) return choiceField(schema, place, options);
  const list = schema['oneOf'] ?? schema['anyOf'];
  if (list !== undefined && !isOfOneShape(schema, list)) return union(schema, place, inner);
  if (schema['allOf'] !== undefined && typeOf(schema) !== 'object') return allOf(schema, place, inner);
  return ofType(schema, place, inner);
}

function ofType(schema: JsonObject, place: Place, walk: Walk): Field {
  switch (typeOf(schema)) {
    case 'object':
      return objectField(schema, place, walk);
    case 'array':
      return listField(schema, place, walk);
    case 'boolean':
      return toggleField(schema, place);
    case 'integer':
    case 'number':
      return numberField(schema, place);
    case 'string':
      return textField(schema, place);
    case undefined:
    default:
      return jsonField(schema, place);
  }
}
