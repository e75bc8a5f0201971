/**
 * Turns a container's `settings_schema` and `settings_ui` into fields that can be drawn: references inlined,
 * hints read, and every part of which no more can be said left free: recursion (M6) and doubling references
 * among them. Every part has a field with a name (M18). What validates is always the container's own schema,
 * never this. Each kind of field has its plan, and its component, in `fields/`.
 */
import { isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { t } from '#words/words.ts';
import { choiceField, toggleField } from './fields/choice.plan.ts';
import { freeField } from './fields/free.plan.ts';
import { objectField } from './fields/group.plan.ts';
import { listField } from './fields/list.plan.ts';
import { numberField } from './fields/number.plan.ts';
import { jsonField, maxDepth, maxNodes, noPart, type Place, resolve, type Walk } from './fields/plan-walk.ts';
import { isSecret, secretField } from './fields/secret.plan.ts';
import { sectionsOf } from './fields/sections.ts';
import { textField } from './fields/text.plan.ts';
import { allOf, isOfOneShape, severalTypes, union } from './fields/union.plan.ts';
import { commonOf, hintOf } from './form-hints.ts';
import type { Field, FormPlan, GroupField, KindsField, ShapesField } from './form-plan.types.ts';
import { lookUp, optionsOf, typeOf, typesOf } from './form-schema.ts';

const beyondForms = ['$dynamicRef', '$recursiveRef'];

export function planForm(schema: JsonObject, hints: JsonObject): FormPlan {
  const walk: Walk = { root: schema, stack: ['#'], depth: 0, budgets: [{ nodes: maxNodes }], plan: fieldOf };
  const root = fieldOf(schema, { hints, name: t('All settings') }, walk);
  if (root.kind === 'group') return { root, sections: sectionsOf(root, hints) };
  const whole = groupOfAll(root);
  if (!whole) return { root: jsonField(schema, { hints, name: t('All settings') }), sections: [] };
  if (root.kind === 'shapes') return planShapes(root, whole, hints);
  if (root.kind !== 'map') return { root: whole, sections: sectionsOf(whole, hints) };
  return { root: whole, sections: [{ id: 'section-1', title: whole.title, description: '', keys: [] }] };
}

/** A form for each shape of objects. All members together say what a place is called. */
function planShapes(field: ShapesField, whole: GroupField, hints: JsonObject): FormPlan {
  const plan: FormPlan = { root: whole, sections: sectionsOf(whole, hints) };
  const shapes = field.shapes.flatMap((shape) =>
    shape.field.kind === 'group' ? [{ shape, root: shape.field }] : [],
  );
  const isWhole = !field.shapes.some((shape) => isOtherObject(shape.field));
  if (shapes.length < 2 || !isWhole) return plan;
  const plans = shapes.map(({ root }) => ({ root, sections: sectionsOf(root, hints) }));
  return { ...plan, shapes: { field: { ...field, shapes: shapes.map(({ shape }) => shape) }, plans } };
}

/** Settings may be of this shape, and it is no form to choose: all members then stand in one form. */
function isOtherObject({ kind }: Field): boolean {
  return kind === 'map' || kind === 'kinds' || kind === 'shapes' || kind === 'json';
}

/** Settings are always an object: what else describes them is drawn as one. */
function groupOfAll(root: Field): GroupField | null {
  if (root.kind === 'map') return { ...noPart, ...root, kind: 'group', order: [], extra: root.entry };
  if (root.kind === 'kinds') return groupOfKinds(root);
  if (root.kind !== 'shapes' || root.isFree) return null;
  const groups = root.shapes.flatMap(({ field }) => (field.kind === 'group' ? [field] : []));
  const [first] = groups;
  if (!first) return null;
  const members = new Map(groups.toReversed().flatMap((group) => [...group.members]));
  const isAlwaysRequired = (key: string): boolean => groups.every(({ required }) => required.includes(key));
  return {
    ...first,
    title: root.title,
    description: root.description,
    members,
    required: first.required.filter(isAlwaysRequired),
    conditions: groups.flatMap(({ conditions }) => conditions),
  };
}

function groupOfKinds({ kind: _, discriminator, branches, ...common }: KindsField): GroupField {
  const options = branches.map(({ tag, title }) => ({ value: tag, label: title }));
  const bare = commonOf({}, { hints: {}, name: discriminator });
  return {
    ...common,
    kind: 'group',
    order: [],
    extra: null,
    members: new Map([[discriminator, { ...bare, kind: 'choice', look: 'select', options }]]),
    required: [discriminator],
    conditions: branches.map(({ tag, group }) => ({
      when: { type: 'object', required: [discriminator], properties: { [discriminator]: { const: tag } } },
      yes: group,
      no: noPart,
    })),
  };
}

function fieldOf(given: Json | undefined, place: Place, walk: Walk): Field {
  const isSpent = walk.budgets.map((budget) => --budget.nodes < 0).includes(true);
  const resolved = resolve(given, walk);
  if (!resolved) return unresolved(given, place, walk);
  const { schema, walk: inner } = resolved;
  if (hintOf(place.hints, 'widget') === 'json') return jsonField(schema, place);
  // What holds nothing else costs nothing more.
  if (isSpent || inner.depth > maxDepth)
    return isScalar(schema) ? ofType(schema, place, inner) : freeField(schema, place);
  if (beyondForms.some((key) => Object.hasOwn(schema, key))) return jsonField(schema, place);

  if (isSecret(schema, place.hints)) return secretField(schema, place);
  const options = optionsOf(schema);
  if (options) return choiceField(schema, place, options);
  const list = schema['oneOf'] ?? schema['anyOf'];
  if (list !== undefined && !isOfOneShape(schema, list)) return union(schema, place, inner);
  if (schema['allOf'] !== undefined && typeOf(schema) !== 'object') return allOf(schema, place, inner);
  if (typesOf(schema).length > 1) return severalTypes(schema, place, inner);
  return ofType(schema, place, inner);
}

/** A part that holds itself is free inside (M6); a reference that leads nowhere leaves only its JSON. */
function unresolved(given: Json | undefined, place: Place, walk: Walk): Field {
  if (!isObject(given)) return freeField({}, place);
  const { $ref: reference } = given;
  const target = typeof reference === 'string' ? lookUp(walk.root, reference) : undefined;
  return isObject(target) ? freeField({ ...target, ...given }, place) : jsonField(given, place);
}

function isScalar(schema: JsonObject): boolean {
  return ['string', 'integer', 'number', 'boolean'].includes(typeOf(schema) ?? '');
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
    case 'null':
      return choiceField(schema, place, [{ value: null, label: t('No value') }]);
    case undefined:
      return freeField(schema, place);
    default:
      return jsonField(schema, place);
  }
}
