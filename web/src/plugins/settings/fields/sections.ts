/** The cards of a form, and the order of its members. */
import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { t } from '#words/words.ts';
import { hintOf, hintsBelow, plain } from '../form-hints.ts';
import type { GroupField, Part, Section } from '../form-plan.types.ts';

export function sectionsOf(root: GroupField, hints: JsonObject): Section[] {
  const keys = orderedKeys(root);
  const sections: Section[] = [];
  const put = (title: string, description: string, key: string): void => {
    const known = sections.find((section) => section.title === title);
    if (known) known.keys.push(key);
    else sections.push({ id: `section-${sections.length + 1}`, title, description, keys: [key] });
  };
  for (const key of keys) {
    const field = root.members.get(key);
    const group = plain(hintOf(hintsBelow(hints, key), 'group'));
    if (group) put(group, '', key);
    else if (field?.kind === 'group') put(field.title, field.description, key);
    else put(t('General'), '', key);
  }
  return sections.length > 0
    ? sections
    : [{ id: 'section-1', title: t('General'), description: '', keys: [] }];
}

/** Every member that can be there, in the order of the hints, then of the schema. */
export function orderedKeys(group: GroupField): string[] {
  const all = keysOf(group);
  return [...new Set([...group.order.filter((key) => all.has(key)), ...all])];
}

export function keysOf(part: Part): Set<string> {
  return new Set([
    ...part.members.keys(),
    ...part.conditions.flatMap(({ yes, no }) => [...keysOf(yes), ...keysOf(no)]),
  ]);
}
