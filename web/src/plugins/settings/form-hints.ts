/**
 * Titles, help and hints of one part. Texts of a container are text; whatever else stands in their place is
 * dropped.
 */
import { isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { checkOfferOf, choicesPathOf, type CheckOffer } from '@berth/plugin-kit/contract/live.ts';
import { withoutBidi } from './bidi.ts';
import type { Field } from './form-plan.types.ts';
import { isNullable } from './form-schema.ts';

type Common = Omit<Extract<Field, { kind: 'json' }>, 'kind'>;

/** What every field has. Without a title it is called by its name. */
export function commonOf(schema: JsonObject, { hints, name }: { hints: JsonObject; name: string }): Common {
  return {
    title: plain(hintOf(hints, 'title')) || plain(schema['title']) || withoutBidi(name),
    description: [plain(schema['description']), plain(hintOf(hints, 'help'))].filter(Boolean).join(' '),
    placeholder: plain(hintOf(hints, 'placeholder')),
    preset: schema['default'],
    examples: Array.isArray(schema['examples']) ? schema['examples'] : [],
    format: plain(schema['format']),
    isReadOnly: schema['readOnly'] === true,
    isDeprecated: schema['deprecated'] === true,
    isNullable: isNullable(schema),
    check: checkOf(schema),
    choicesFrom: choicesPathOf(schema),
  };
}

/** Its words are a container's: cleaned like all others. */
function checkOf(schema: JsonObject): CheckOffer | null {
  const offer = checkOfferOf(schema);
  return offer && { ...offer, title: withoutBidi(offer.title) };
}

/** A hint with or without the prefix that form libraries use: `help` and `ui:help` are one. */
export function hintOf(hints: JsonObject, name: string): Json | undefined {
  const own = hints[`ui:${name}`] ?? hints[name];
  // `help` may also be the name of a property, with hints of its own.
  return isObject(own) ? undefined : own;
}

export function hintsBelow(hints: JsonObject, key: string): JsonObject {
  const below = Object.hasOwn(hints, key) ? hints[key] : undefined;
  return isObject(below) ? below : {};
}

export function plain(value: Json | undefined): string {
  return typeof value === 'string' ? withoutBidi(value).trim() : '';
}
