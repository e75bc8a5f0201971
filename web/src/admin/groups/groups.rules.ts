import type { Group } from '#api/types.ts';

/** What the address of the groups' page says. */
export function readGroupsSearch({ q }: Record<string, unknown>): { q?: string } {
  return typeof q === 'string' && q !== '' ? { q } : {};
}

/** Every word must be in the name or the description, in any case. */
export function groupsLike<G extends Pick<Group, 'name' | 'description'>>(
  groups: readonly G[],
  words: string,
): G[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return groups.filter(({ name, description }) => {
    const text = `${name} ${description}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
