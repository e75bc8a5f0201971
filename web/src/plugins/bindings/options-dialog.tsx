/** Options of a capability, as a form where it describes them, else as JSON. */
import {
  ExactNumber,
  type Json,
  type JsonObject,
  isObject,
  parseJson,
} from '@berth/plugin-kit/contract/exact-json.ts';
import type { OptionsObject, OptionValue } from '@berth/plugin-kit/contract/capabilities/options.ts';
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { Code, Stack, Text } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import { DialogForm } from '#shell/dialog-form.tsx';
import { t } from '#words/words.ts';
import { type Draft, settle } from '../settings/draft.ts';
import { planForm } from '../settings/form-plan.ts';
import { JsonEditor } from '../settings/fields/json-field.tsx';
import { SettingsForm } from '../settings/settings-form.tsx';

export type OptionLayers = { options: OptionsObject; environments: Record<string, OptionsObject> };

type OptionsDialogProps = {
  title: string;
  action: string;
  schema: Record<string, unknown> | null;
  layers: OptionLayers;
  /** What lies beneath: shown, not changed. */
  beneath: OptionsObject;
  hasEnvironments: boolean;
  /** Pointers begin at `/options` and `/environments`. */
  errors: readonly FieldError[];
  refusal: string | null;
  isPending: boolean;
  onSave: (layers: OptionLayers) => void;
  onClose: () => void;
};

export function OptionsDialog(props: OptionsDialogProps) {
  const { schema, layers, beneath, hasEnvironments, errors: refused } = props;
  const form = useMemo(() => formOf(schema), [schema]);
  const plan = useMemo(() => (form ? planForm(form, {}) : null), [form]);
  const [options, setOptions] = useState<Draft>(() => exact(layers.options));
  const [environments, setEnvironments] = useState<Draft>(() => exact(layers.environments));
  const [unready, setUnready] = useState<readonly FieldError[]>([]);
  const edit = useCallback((change: (old: Draft) => Draft) => setOptions(change), []);
  const errors = [...unready, ...below(refused, '/options')];
  const save = () => {
    const settled = settle(options);
    const named = settle(environments);
    setUnready([...settled.unready, ...named.unready.map((one) => ({ ...one, pointer: '/environments' }))]);
    if (settled.unready.length > 0 || named.unready.length > 0) return;
    props.onSave({
      options: plain(settled.value),
      environments: Object.fromEntries(
        Object.entries(named.value).map(([name, own]) => [name, isObject(own) ? plain(own) : {}]),
      ),
    });
  };
  return (
    <DialogForm
      title={props.title}
      action={props.action}
      isPending={props.isPending}
      refusal={props.refusal}
      closeOnClickOutside={false}
      onSubmit={save}
      onClose={props.onClose}
    >
      {Object.keys(beneath).length === 0 ? null : (
        <Text size="sm" component="div">
          {t('Beneath lies')}
          <Code block tabIndex={0} aria-label={t('Options beneath')}>
            {JSON.stringify(beneath, null, 2)}
          </Code>
        </Text>
      )}
      {plan && form ? (
        <SettingsForm
          plan={plan}
          schema={form}
          value={options}
          errors={errors}
          search=""
          isReadOnly={false}
          onChange={edit}
        />
      ) : (
        <JsonEditor
          label={t('Options')}
          description={t('Written as JSON.')}
          value={options}
          error={wordsOf(errors)}
          isFixed={false}
          isRequired
          change={(next) => edit((old) => next(old) ?? old)}
        />
      )}
      {hasEnvironments ? (
        <Stack gap={4}>
          <JsonEditor
            label={t('By environment')}
            description={t('On top, for one environment: {example}.', { example: '{"production": {…}}' })}
            value={environments}
            error={wordsOf(below(refused, '/environments'))}
            isFixed={false}
            isRequired
            change={(next) => setEnvironments((old) => next(old) ?? old)}
          />
        </Stack>
      ) : null}
    </DialogForm>
  );
}

/** Without what is required: a layer may leave it to another one. */
function formOf(schema: Record<string, unknown> | null): JsonObject | null {
  if (schema === null) return null;
  const { required: _, ...open } = exact(schema);
  return open;
}

function exact(value: object): JsonObject {
  const read: Json = parseJson(JSON.stringify(value));
  return isObject(read) ? read : {};
}

function plain(value: JsonObject): OptionsObject {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plainValue(member)]));
}

function plainValue(value: Json): OptionValue {
  if (value instanceof ExactNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map(plainValue);
  return isObject(value) ? plain(value) : value;
}

function below(errors: readonly FieldError[], pointer: string): FieldError[] {
  return errors
    .filter((error) => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`))
    .map((error) => ({ ...error, pointer: error.pointer.slice(pointer.length) }));
}

function wordsOf(errors: readonly FieldError[]): string | undefined {
  return errors.map(({ pointer, detail }) => `${pointer} ${detail}`.trim()).join(' ') || undefined;
}
