import type { Field } from './form-plan.types.ts';

/**
 * Whether a field at the top has anything to do with the words: its key, its texts, or those of anything
 * inside it.
 */
export function matchesSearch(search: string, key: string, field: Field, sectionTitle: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = `${sectionTitle} ${key} ${textsOf(field, 0)}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** How many settings a form holds, as far as it matters whether it needs a search. */
export function countIn(field: Field, limit: number): number {
  let count = 0;
  const open = [field];
  for (let next = open.pop(); next && count <= limit; next = open.pop()) {
    const inner = below(next).map(([, one]) => one);
    if (inner.length === 0) count++;
    open.push(...inner);
  }
  return count;
}

/** Whether a group is looked for by its own words, so that everything inside it is meant. */
export function isMeant(search: string, { title, description }: Field): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const text = `${title} ${description}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function textsOf(field: Field, depth: number): string {
  const own = `${field.title} ${field.description}`;
  if (depth > 6) return own;
  return [own, ...below(field).map(([key, inner]) => `${key} ${textsOf(inner, depth + 1)}`)].join(' ');
}

function below(field: Field): [string, Field][] {
  if (field.kind === 'list') return [['', field.item]];
  if (field.kind === 'map') return [['', field.entry]];
  if (field.kind === 'tuple')
    return [...field.places, ...(field.rest ? [field.rest] : [])].map((one) => ['', one]);
  if (field.kind === 'shapes' && field.isFree) return [];
  if (field.kind === 'shapes') return field.shapes.map(({ title, field: inner }) => [title, inner]);
  if (field.kind === 'kinds') return field.branches.map((branch) => [branch.title, branch.group]);
  if (field.kind !== 'group') return [];
  return [...field.members, ...field.conditions.flatMap(({ yes, no }) => [...yes.members, ...no.members])];
}
