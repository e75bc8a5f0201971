import { Autocomplete, ColorInput, Textarea, TextInput } from '@mantine/core';
import { type ClipboardEvent, useState } from 'react';
import { t } from '#words/words.ts';
import { commonProps } from '../control-words.ts';
import { type Slot, Unready, withEdit } from '../draft.ts';
import type { FieldProps } from '../field-props.ts';
import type { TextField } from '../form-plan.types.ts';

const machineFormats = ['cron', 'hostname', 'ipv4', 'ipv6', 'uri', 'duration', 'date', 'date-time', 'time'];

/** A text of one line or of several: what is stored decides, too, because one line would lose the breaks. */
export function TextControl(props: FieldProps<TextField>) {
  const { field, value, standing, change } = props;
  const [first] = useState(value);
  const text = textOf(value);
  const [isArea, setArea] = useState(field.look === 'lines');
  const needsArea = hasBreaks(text);
  if (needsArea && !isArea) setArea(true);
  const write = (shown: string): void =>
    change((old) => {
      const next = withEdit(textOf(old), shown);
      return next === '' ? emptied(old === '' ? '' : first, field.isNullable, standing) : next;
    });
  const shared = { ...commonProps(props), value: text, spellCheck: !machineFormats.includes(field.format) };
  if (isArea || needsArea)
    return (
      <Textarea
        {...shared}
        autosize
        minRows={3}
        maxRows={14}
        onChange={(event) => write(event.currentTarget.value)}
      />
    );
  if (field.look === 'colour')
    return (
      <ColorInput
        {...shared}
        fixOnBlur={false}
        onChange={write}
        maw={280}
        eyeDropperButtonProps={{ 'aria-label': t('Pick from the screen') }}
      />
    );
  if (field.offers.length > 0)
    return (
      <Autocomplete
        {...shared}
        data={[...field.offers]}
        limit={100}
        autoComplete="off"
        onChange={write}
        comboboxProps={{ shadow: 'md' }}
      />
    );
  const paste = (event: ClipboardEvent<HTMLInputElement>): void => {
    const pasted = event.clipboardData.getData('text/plain').replaceAll('\r\n', '\n');
    if (!hasBreaks(pasted.trimEnd()) || field.format !== '') return;
    event.preventDefault();
    const { selectionStart, selectionEnd, value: now } = event.currentTarget;
    write(now.slice(0, selectionStart ?? now.length) + pasted + now.slice(selectionEnd ?? now.length));
  };
  // A box for dates shows nothing but dates.
  const isDate = field.format === 'date' && (text === '' || /^\d{4}-\d\d-\d\d$/.test(text));
  return (
    <TextInput
      {...shared}
      type={isDate ? 'date' : 'text'}
      {...(inputModes[field.format] ? { inputMode: inputModes[field.format] } : {})}
      autoComplete="off"
      onPaste={paste}
      onChange={(event) => write(event.currentTarget.value)}
    />
  );
}

/** Not the input types of these names: browsers trim what stands in those. */
const inputModes: Readonly<Record<string, 'email' | 'url'>> = { email: 'email', uri: 'url' };

/** What an emptied box means. A text that was stored empty is empty again. */
function emptied(first: Slot, isNullable: boolean, standing: string): Slot {
  if (first === '' || standing === 'entry') return '';
  return isNullable ? null : undefined;
}

function textOf(value: Slot): string {
  if (value instanceof Unready) return value.text;
  return typeof value === 'string' ? value : '';
}

function hasBreaks(text: string): boolean {
  return /[\r\n]/.test(text);
}
