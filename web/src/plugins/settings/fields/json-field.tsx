/**
 * The editor for what no form can show. What is half written stays, is a change, and keeps the form from
 * being saved.
 */
import { parseJson, stringifyJson } from '@berth/plugin-kit/contract/exact-json.ts';
import { Button, Group, Stack, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { t } from '#words/words.ts';
import { fillIn, isSameSlot, settledPart, type Slot, Unready } from '../draft.ts';
import type { FieldProps } from '../field-props.ts';
import type { Change } from '../field-props.ts';
import type { Field } from '../form-plan.types.ts';
import { richWords } from '../rich-words.tsx';

export function JsonControl({
  field,
  label,
  value,
  error,
  isFixed,
  isRequired,
  standing,
  isBare,
  change,
}: FieldProps<Field>) {
  const description = richWords([field.description, t('Written as JSON.')].filter(Boolean).join(' '));
  return (
    <JsonEditor
      {...{ label, description, value, error, isFixed, isRequired, change }}
      isEntry={standing !== 'member' && standing !== 'place'}
      isLabelled={standing !== 'item' && !isBare}
    />
  );
}

type JsonEditorProps = {
  label: string;
  description: ReactNode;
  value: Slot;
  error: string | undefined;
  isFixed: boolean;
  isRequired: boolean;
  isEntry?: boolean;
  isLabelled?: boolean;
  change: Change;
};

export function JsonEditor({
  label,
  description,
  value,
  error,
  isFixed,
  isRequired,
  isEntry = false,
  isLabelled = true,
  change,
}: JsonEditorProps) {
  const [typed, setTyped] = useState<{ text: string; value: Slot } | null>(null);
  // The text as it was typed stands as long as nothing else changed the value.
  const text = typed && isSameSlot(typed.value, value) ? typed.text : print(value);
  const write = (next: string): void => {
    const read = readJson(next, isEntry);
    setTyped({ text: next, value: read });
    change(() => read);
  };
  const problem = value instanceof Unready ? value.reason : undefined;
  return (
    <Stack gap={4}>
      <Textarea
        label={isLabelled ? label : undefined}
        aria-label={isLabelled ? undefined : label}
        description={isLabelled ? description : undefined}
        error={problem ?? error}
        value={text}
        onChange={(event) => write(event.currentTarget.value)}
        readOnly={isFixed}
        required={isRequired}
        autosize
        minRows={2}
        maxRows={22}
        spellCheck={false}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }}
      />
      {isFixed || problem !== undefined || text === print(value) ? null : (
        <Group>
          <Button
            variant="transparent"
            size="compact-xs"
            px={0}
            onClick={() => setTyped(null)}
            aria-label={t('Put {label} in order', { label })}
          >
            {t('Put in order')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function readJson(text: string, isEntry: boolean): Slot {
  if (text.trim() === '') return isEntry ? new Unready(text, fillIn()) : undefined;
  try {
    return parseJson(text);
  } catch (error) {
    return new Unready(
      text,
      t('This is not JSON yet. {reason}', { reason: error instanceof Error ? error.message : '' }).trim(),
    );
  }
}

function print(value: Slot): string {
  if (value instanceof Unready) return value.text;
  const plain = settledPart(value);
  return plain === undefined ? '' : stringifyJson(plain, 2);
}
