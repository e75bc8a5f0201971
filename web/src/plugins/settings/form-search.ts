/** Whether a top-level property has anything to do with the words: its key, its texts, or those of anything inside it. */
export function matchesSearch(search: string, key: string, rootSchema: { [key: string]: unknown }, sectionTitle: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const properties = rootSchema['properties'];
  const own: unknown = typeof properties === 'object' && properties !== null ? Object.entries(properties).find(([name]) => name === key)?.[1] : undefined;
  const text = `${sectionTitle} ${key} ${textsOf(own, 0)}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function textsOf(schema: unknown, depth: number): string {
  if (typeof schema !== 'object' || schema === null || depth > 6) return '';
  return Object.entries(schema)
    .map(([key, value]) => (typeof value === 'string' ? (key === 'title' || key === 'description' ? value : '') : `${key} ${textsOf(value, depth + 1)}`))
    .join(' ');
}
