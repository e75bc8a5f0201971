/** What every control shares: its name, its help, and the words in its empty box. */
import type { Json } from '@berth/plugin-kit/contract/exact-json.ts';
import { t } from '#words/words.ts';
import { withoutBidi } from './bidi.ts';
import type { FieldProps } from './field-props.ts';
import type { Field } from './form-plan.types.ts';
import { valueWords } from './number-words.ts';
import { richWords } from './rich-words.tsx';

export const wrapperOrder: ('label' | 'input' | 'description' | 'error')[] = [
  'label',
  'input',
  'error',
  'description',
];

/** An error takes the help's place, and names the fix. An entry of a list is called by its number, unseen. */
export function commonProps<Kind extends Field>({
  field,
  label,
  standing,
  isRequired,
  isFixed,
  isBare,
  error,
  value,
}: FieldProps<Kind>) {
  const isItem = standing === 'item' || isBare;
  const help = error || isItem || field.description === '' ? undefined : richWords(field.description);
  return {
    'aria-label': isItem ? label : undefined,
    label: isItem ? undefined : label,
    description: help,
    error,
    required: isRequired && standing === 'member',
    withAsterisk: isRequired && standing === 'member',
    disabled: isFixed && !field.isReadOnly,
    readOnly: isFixed,
    ...(field.isReadOnly ? { variant: 'filled' as const } : {}),
    placeholder:
      value === null ? t('No value') : field.placeholder || presetWords(field.preset) || exampleOf(field),
    inputWrapperOrder: wrapperOrder,
  };
}

function presetWords(preset: Json | undefined): string | undefined {
  return preset === undefined || preset === null ? undefined : defaultWords(valueWords(preset));
}

/** @param preset of a value, as it is read; a text without a letter would leave nothing behind the word */
export function defaultWords(preset: string): string {
  return preset.trim() === '' ? t('Default: empty') : t('Default: {preset}', { preset });
}

const spellings: Readonly<Record<string, string>> = {
  email: 'ada@example.org',
  uri: 'https://example.org/',
  date: '2026-01-31',
  'date-time': '2026-01-31T18:00:00Z',
  time: '18:00:00Z',
  duration: 'PT15M',
  hostname: 'example.org',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  cron: '0 3 * * *',
};

function exampleOf({ examples, format }: Field): string | undefined {
  const [first] = examples;
  const usual = Object.hasOwn(spellings, format) ? spellings[format] : undefined;
  const example = typeof first === 'string' || typeof first === 'number' ? valueWords(first) : usual;
  return example === undefined ? undefined : t('For example: {example}', { example: withoutBidi(example) });
}
