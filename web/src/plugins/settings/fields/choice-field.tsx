import { isSame, type Json } from '@berth/plugin-kit/contract/exact-json.ts';
import { MultiSelect, Radio, Select, Stack, Switch } from '@mantine/core';
import { useMemo } from 'react';
import { t } from '#words/words.ts';
import { commonProps, defaultWords } from '../control-words.ts';
import { isSettled, type Slot } from '../draft.ts';
import type { FieldProps } from '../field-props.ts';
import type { ChoiceField, MultiField, Option, ToggleField } from '../form-plan.types.ts';

export function ToggleControl(props: FieldProps<ToggleField>) {
  const { field, value, change, label } = props;
  const { description, error, readOnly } = commonProps(props);
  const isOn = value ?? field.preset ?? false;
  return (
    <Switch
      label={label}
      description={description}
      error={error}
      aria-invalid={error ? true : undefined}
      checked={isOn === true}
      disabled={readOnly}
      onChange={(event) => {
        const isChecked = event.currentTarget.checked;
        change(() => isChecked);
      }}
    />
  );
}

export function ChoiceControl(props: FieldProps<ChoiceField>) {
  const { field, value, isRequired, standing, change } = props;
  const options = useMemo(
    () => withStored(field.options, isSettled(value) ? [value] : []),
    [field.options, value],
  );
  const data = useData(options);
  const chosen = indexOf(options, value);
  const { readOnly, ...shared } = commonProps(props);
  const choose = (index: string | null): void =>
    change(() => (index === null ? undefined : options[Number(index)]?.value));
  if (field.look === 'radio') return <Radios {...props} options={options} choose={choose} />;
  const preset = field.options[indexOf(field.options, field.preset)];
  return (
    <Select
      {...shared}
      disabled={shared.disabled || readOnly}
      placeholder={preset ? defaultWords(preset.label) : t('Choose')}
      data={data}
      value={chosen < 0 ? null : String(chosen)}
      onChange={choose}
      searchable={options.length > 8}
      limit={options.length > 300 ? 200 : Number.POSITIVE_INFINITY}
      clearable={!isRequired && !readOnly && standing === 'member'}
      clearButtonProps={{ 'aria-label': t('Clear') }}
      allowDeselect={false}
      maw={420}
      comboboxProps={{ shadow: 'md' }}
    />
  );
}

type RadiosProps = FieldProps<ChoiceField> & { options: readonly Option[]; choose: (index: string) => void };

function Radios({ options, choose, ...props }: RadiosProps) {
  const { label, description, error, required, readOnly } = commonProps(props);
  const chosen = indexOf(options, props.value ?? props.field.preset);
  return (
    <Radio.Group
      {...{ label, description, error, required }}
      value={chosen < 0 ? null : String(chosen)}
      onChange={choose}
    >
      <Stack gap={6} mt={6}>
        {options.map((option, index) => (
          <Radio
            key={index}
            value={String(index)}
            label={option.label}
            disabled={readOnly}
            aria-invalid={error ? true : undefined}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

export function MultiControl(props: FieldProps<MultiField>) {
  const { field, value, change } = props;
  const values = Array.isArray(value) ? value.flatMap((item) => (isSettled(item) ? [item] : [])) : [];
  const options = withStored(field.options, values);
  const data = useData(options);
  const { readOnly, ...shared } = commonProps(props);
  const preset = Array.isArray(field.preset)
    ? defaultWords(field.preset.map(String).join(', ') || t('none'))
    : t('Choose any');
  return (
    <MultiSelect
      {...shared}
      disabled={shared.disabled || readOnly}
      placeholder={value === undefined ? preset : undefined}
      data={data}
      // In the order that is stored: what is there keeps its place.
      value={values.map((item) => String(indexOf(options, item)))}
      onChange={(indexes) => change(() => indexes.flatMap((index) => options[Number(index)]?.value ?? []))}
      searchable
      limit={options.length > 300 ? 200 : Number.POSITIVE_INFINITY}
      clearable
      clearButtonProps={{ 'aria-label': t('Clear') }}
    />
  );
}

/** Ten thousand options are read once, and not with each key that is pressed beside them. */
function useData(options: readonly Option[]) {
  return useMemo(
    () => options.map((option, index) => ({ value: String(index), label: option.label })),
    [options],
  );
}

/** What is set and not offered any more is shown, and stays until a person chooses another. */
function withStored(options: readonly Option[], stored: readonly Json[]): readonly Option[] {
  const unknown = stored.filter((value) => indexOf(options, value) < 0);
  return unknown.length === 0
    ? options
    : [
        ...options,
        ...unknown.map((value) => ({ value, label: t('{value} (not offered)', { value: String(value) }) })),
      ];
}

function indexOf(options: readonly Option[], value: Slot): number {
  return isSettled(value) ? options.findIndex((option) => isSame(option.value, value)) : -1;
}
