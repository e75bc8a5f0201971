/** Proposals in words. */
export const fieldNames: Readonly<Record<string, string>> = {
  folder: 'Folder',
  title: 'Title',
  file_name: 'File name',
  type: 'Type',
  correspondent: 'Correspondent',
  date: 'Date',
  tags: 'Tags',
  invoice_number: 'Invoice number',
  amount: 'Amount',
  due_date: 'Due date',
  iban: 'IBAN',
};

export function valueWords(value: string | readonly string[] | null): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : value.join(', ');
}

/** 0.9649 → "96 %". */
export function percent(confidence: number): string {
  return `${Math.floor(confidence * 100 + 1e-6)} %`;
}

/** Where a proposal comes from. */
export function sourceWords(method: string, page: number | null): string {
  const where = page === null ? '' : `, page ${page}`;
  if (method === 'neighbours') return 'From documents like it';
  if (method === 'provider') return 'From the model';
  if (method === 'e-invoice') return `From its e-invoice${where}`;
  return `From its text${where}`;
}

/** What a person typed, as the field takes it: tags are parted by commas. */
export function typedValue(field: string, typed: string): string | readonly string[] {
  if (field !== 'tags') return typed.trim();
  return typed
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
