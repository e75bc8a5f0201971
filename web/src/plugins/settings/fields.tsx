/** The two fields of our own: a JSON editor for what no form can show, and the choice between kinds of objects. */
import { isObject, type Json } from '@berth/plugin-kit/contract/settings.ts';
import { Button, Group, JsonInput, Select, Stack } from '@mantine/core';
import type { FieldProps, RegistryFieldsType } from '@rjsf/utils';
import { useEffect, useState } from 'react';
import type { FormContext } from './templates.tsx';
import type { ChoiceBranch } from './form-schema.ts';

type Settings = Record<string, unknown>;
type Props = FieldProps<Settings, Settings, FormContext>;

type JsonEditorProps = {
  label: string;
  description?: string;
  value: Json | undefined;
  error?: string;
  isReadOnly: boolean;
  onChange: (value: Json | undefined) => void;
};

/** Passes a value on only while the text is JSON; what is half written stays here and is said to be. */
export function JsonEditor({ label, description, value, error, isReadOnly, onChange }: JsonEditorProps) {
  const [text, setText] = useState(() => print(value));
  const [said, setSaid] = useState(() => JSON.stringify(value));
  const problem = problemOf(text);
  useEffect(() => {
    // Changed from outside: discarded, reset, or merged.
    if (JSON.stringify(value) === said) return;
    setText(print(value));
    setSaid(JSON.stringify(value));
  }, [value, said]);
  const write = (next: string) => {
    setText(next);
    if (problemOf(next) !== null) return;
    const read: Json | undefined = next.trim() === '' ? undefined : JSON.parse(next);
    setSaid(JSON.stringify(read));
    onChange(read);
  };
  return (
    <Stack gap={4}>
      <JsonInput
        label={label}
        description={description ?? 'Written as JSON.'}
        error={problem ?? error}
        value={text}
        onChange={write}
        readOnly={isReadOnly}
        autosize
        minRows={4}
        maxRows={22}
        spellCheck={false}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }}
      />
      {isReadOnly || problem !== null ? null : (
        <Group>
          <Button variant="transparent" size="compact-xs" px={0} onClick={() => setText(print(value))}>
            Put in order
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function JsonField({ schema, name, formData, onChange, fieldPathId, rawErrors, errorSchema, readonly, disabled }: Props) {
  const title = typeof schema['title'] === 'string' ? schema['title'] : name;
  const description = typeof schema['description'] === 'string' ? schema['description'] : undefined;
  const own = rawErrors && rawErrors.length > 0 ? rawErrors : allErrors(errorSchema);
  const value: unknown = formData;
  return (
    <JsonEditor
      label={title}
      {...(description === undefined ? {} : { description })}
      value={isJson(value) ? value : undefined}
      {...(own.length > 0 ? { error: own.join(' ') } : {})}
      isReadOnly={Boolean(readonly || disabled || schema['readOnly'])}
      onChange={(next) => onChange(isObject(next) ? next : (next as Settings | undefined), fieldPathId.path)}
    />
  );
}

function ChoiceField(props: Props) {
  const { schema, uiSchema, formData, onChange, fieldPathId, registry, name, rawErrors, readonly, disabled } = props;
  const { discriminator, branches } = readOptions(uiSchema?.['ui:options']);
  const value: unknown = formData;
  const tag = isObject(value) ? value[discriminator] : undefined;
  const chosen = branches.findIndex((branch) => branch.tag === tag);
  const branch = branches[chosen];
  const { SchemaField } = registry.fields;
  const title = typeof schema['title'] === 'string' ? schema['title'] : name;
  const choose = (index: string | null) => {
    const next = index === null ? undefined : branches[Number(index)];
    if (!next) return;
    const members = isObject(next.schema['properties']) ? Object.keys(next.schema['properties']) : [];
    const keep = isObject(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => members.includes(key))) : {};
    onChange({ ...keep, [discriminator]: next.tag }, fieldPathId.path);
  };
  return (
    <Stack gap="md">
      <Select
        label={title}
        description={typeof schema['description'] === 'string' ? schema['description'] : undefined}
        placeholder="Choose"
        error={!branch && rawErrors && rawErrors.length > 0 ? rawErrors.join(' ') : undefined}
        data={branches.map((item, index) => ({ value: String(index), label: item.title }))}
        value={chosen < 0 ? null : String(chosen)}
        onChange={choose}
        allowDeselect={false}
        disabled={Boolean(readonly || disabled)}
        maw={420}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
      />
      {branch && SchemaField ? <SchemaField key={chosen} {...props} schema={{ ...branch.schema, title: ' ' }} uiSchema={branch.ui} /> : null}
    </Stack>
  );
}

/** What `form-schema.ts` put there. */
function readOptions(options: { [key: string]: unknown } | undefined): { discriminator: string; branches: ChoiceBranch[] } {
  const { discriminator, branches } = options ?? {};
  return { discriminator: typeof discriminator === 'string' ? discriminator : '', branches: Array.isArray(branches) ? branches : [] };
}

function allErrors(tree: unknown): string[] {
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => (key === '__errors' && Array.isArray(value) ? value.map(String) : allErrors(value)));
}

function isJson(value: unknown): value is Json {
  return value !== undefined && typeof value !== 'function';
}

function print(value: Json | undefined): string {
  return value === undefined ? '' : JSON.stringify(value, null, 2);
}

function problemOf(text: string): string | null {
  if (text.trim() === '') return null;
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return `This is not JSON yet. ${error instanceof Error ? error.message : ''}`;
  }
}

export const fields: RegistryFieldsType<Settings, Settings, FormContext> = { json: JsonField, choice: ChoiceField };
