import type { FakeItem } from './fake-documents.types.ts';

const folders = [
  'Insurance/2024',
  'Insurance/2025',
  'Home',
  'Home/Energy',
  'Work/Contracts',
  'Travel',
  'Health',
];
const titles = [
  'Household insurance policy',
  'Electricity bill',
  'Lease agreement',
  'Train tickets to Lisbon',
  'Employment contract',
  'Dental invoice',
  'Water meter reading',
  'Car insurance renewal',
  'Tax assessment',
  'Passport copy',
];

/** Documents of an ordinary household; a few on their way, one stuck, one with a name that tries to break things. */
export function household(count: number, now: number = Date.now()): FakeItem[] {
  const items = Array.from({ length: count }, (_, index): FakeItem => {
    const title = `${titles[index % titles.length] ?? ''}${index >= titles.length ? ` ${2000 + (index % 26)}` : ''}`;
    return {
      id: `d${index}`,
      title,
      filename: `${title.toLowerCase().replaceAll(' ', '-')}.pdf`,
      category: folders[index % folders.length] ?? null,
      status: (['searchable', 'searchable', 'kept', 'seen'] as const)[index] ?? 'searchable',
      pages: index === 2 || index === 3 ? null : 1 + (index % 14),
      size_bytes: 48_000 + index * 137_311,
      created_at: new Date(now - index * index * 5_400_000 - 90_000).toISOString(),
      error: null,
      type: index % 3 === 0 ? 'Invoice' : null,
      tags: index % 2 === 0 ? ['tax', '2026'] : [],
      versions: index === 5 ? 2 : 1,
      text: `Dear customer, please find enclosed the statement of your contract. The total amount due is 128.40 EUR <b>payable</b> within 14 days, reference ${index}.`,
    };
  });
  items.splice(4, 0, {
    id: 'stuck1',
    title: 'Scan 0042 <img src=x onerror=alert(1)>',
    filename: 'scan 0042.pdf',
    category: 'Health',
    status: 'stuck',
    pages: null,
    size_bytes: 9_120_000,
    created_at: new Date(now - 3_600_000).toISOString(),
    error: 'The file is encrypted and needs a password.',
    text: '',
  });
  return items;
}
