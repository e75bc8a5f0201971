/** One control for each kind of value: label above, help below, the default as placeholder. */
import {
  Button,
  ColorInput,
  Group,
  Input,
  MultiSelect,
  NumberInput,
  PasswordInput,
  Radio,
  Select,
  Slider,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { secretMask } from '@berth/plugin-kit/contract/settings.ts';
import { ADDITIONAL_PROPERTY_FLAG, type RegistryWidgetsType, type WidgetProps } from '@rjsf/utils';
import { useState } from 'react';

type Settings = Record<string, unknown>;

const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'error', 'description'];

/** What every control shares. An error takes the help's place, and names the fix. */
function common({ id, label: ownLabel, schema, required, disabled, readonly, rawErrors, placeholder }: WidgetProps) {
  const isItem = /_\d+$/.test(id);
  // The name of an entry of a map is a field of its own, beside this one.
  const label = ADDITIONAL_PROPERTY_FLAG in schema ? 'Value' : ownLabel;
  const error = rawErrors && rawErrors.length > 0 ? rawErrors.join(' ') : undefined;
  const preset = schema.default === undefined || schema.default === null ? undefined : `Default: ${String(schema.default)}`;
  const isFixed = Boolean(disabled || readonly);
  return {
    id,
    'aria-label': isItem ? label.replace(/-(\d+)$/, ' $1') || 'Entry' : undefined,
    label: isItem ? undefined : schema.deprecated ? `${label} (deprecated)` : label,
    description: error ? undefined : isItem ? undefined : schema.description,
    error,
    required: Boolean(required) && !isItem,
    disabled: isFixed && schema.readOnly !== true,
    readOnly: isFixed,
    ...(schema.readOnly === true ? { variant: 'filled' as const } : {}),
    placeholder: placeholder || preset || exampleOf(schema.examples, schema.format),
    inputWrapperOrder: order,
  };
}

const spellings: Readonly<Record<string, string>> = {
  email: 'ada@example.org',
  uri: 'https://example.org/',
  'date-time': '2026-01-31T18:00:00Z',
  time: '18:00:00Z',
  duration: 'PT15M',
  hostname: 'example.org',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  cron: '0 3 * * *',
};

function exampleOf(examples: unknown, format: string | undefined): string | undefined {
  const [first]: unknown[] = Array.isArray(examples) ? examples : [];
  const example = typeof first === 'string' || typeof first === 'number' ? String(first) : spellings[format ?? ''];
  return example === undefined ? undefined : `For example: ${example}`;
}

const inputTypes: Readonly<Record<string, string>> = { email: 'email', uri: 'url', date: 'date' };

function Line(props: WidgetProps) {
  const type = inputTypes[props.schema.format ?? ''] ?? 'text';
  const isMachineText = ['cron', 'hostname', 'ipv4', 'ipv6', 'uri', 'duration'].includes(props.schema.format ?? '');
  return (
    <TextInput
      {...common(props)}
      type={type}
      autoComplete="off"
      spellCheck={!isMachineText}
      value={typeof props.value === 'string' ? props.value : ''}
      onChange={(event) => props.onChange(event.currentTarget.value === '' && !props.required ? undefined : event.currentTarget.value)}
    />
  );
}

function Lines(props: WidgetProps) {
  return (
    <Textarea
      {...common(props)}
      autosize
      minRows={3}
      maxRows={14}
      value={typeof props.value === 'string' ? props.value : ''}
      onChange={(event) => props.onChange(event.currentTarget.value === '' && !props.required ? undefined : event.currentTarget.value)}
    />
  );
}

function Amount(props: WidgetProps) {
  const { schema } = props;
  const { placeholder, ...shared } = common(props);
  const bounds = {
    ...(typeof schema.minimum === 'number' ? { min: schema.minimum } : {}),
    ...(typeof schema.maximum === 'number' ? { max: schema.maximum } : {}),
  };
  return (
    <NumberInput
      {...shared}
      {...(placeholder === undefined ? {} : { placeholder })}
      {...bounds}
      clampBehavior="none"
      step={typeof schema.multipleOf === 'number' ? schema.multipleOf : 1}
      allowDecimal={schema.type !== 'integer'}
      value={typeof props.value === 'number' || typeof props.value === 'string' ? props.value : ''}
      onChange={(value) => props.onChange(value === '' ? undefined : value)}
      styles={{ wrapper: { maxWidth: 280 } }}
    />
  );
}

function Range(props: WidgetProps) {
  const { schema, value } = props;
  const { label, description, error, required, readOnly } = common(props);
  const min = typeof schema.minimum === 'number' ? schema.minimum : 0;
  const max = typeof schema.maximum === 'number' ? schema.maximum : 100;
  const preset = typeof schema.default === 'number' ? schema.default : min;
  const shown = typeof value === 'number' ? value : preset;
  return (
    <Input.Wrapper label={label} description={description} error={error} required={required} inputWrapperOrder={order} labelProps={{ id: `${props.id}-label` }}>
      <Group gap="md" wrap="nowrap" maw={420} py={6}>
        <Slider
          flex={1}
          min={min}
          max={max}
          step={typeof schema.multipleOf === 'number' ? schema.multipleOf : schema.type === 'integer' ? 1 : (max - min) / 100}
          value={shown}
          disabled={readOnly}
          onChange={(next) => props.onChange(next)}
          thumbLabel={props.label}
          label={null}
        />
        <Text size="sm" w={56} ta="right">
          {shown}
        </Text>
      </Group>
    </Input.Wrapper>
  );
}

function Toggle(props: WidgetProps) {
  const { id, label, description, error, readOnly } = common(props);
  const isOn = props.value ?? props.schema.default ?? false;
  return (
    <Switch
      id={id}
      label={label ?? props.label}
      description={description}
      error={error}
      checked={isOn === true}
      disabled={readOnly}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
    />
  );
}

/** Never shows what is set, because it never knows: the mask stands for it. */
function Secret(props: WidgetProps) {
  const { value, schema } = props;
  const [wasSet] = useState(value === secretMask);
  const [isReplacing, setReplacing] = useState(false);
  const shared = common(props);
  const isSet = value === secretMask;
  if (isSet || (!isReplacing && wasSet && value === undefined)) {
    return (
      <Input.Wrapper label={props.label} description={shared.description} error={shared.error} inputWrapperOrder={order} labelElement="div">
        <Group gap="xs" mih={36}>
          <Text size="sm" c="dimmed">
            {isSet ? 'A value is set. It is never shown.' : 'It will be cleared when you save.'}
          </Text>
          {shared.readOnly ? null : isSet ? (
            <>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Replace ${props.label}`}
                onClick={() => {
                  setReplacing(true);
                  props.onChange('');
                }}
              >
                Replace
              </Button>
              <Button
                size="compact-sm"
                variant="subtle"
                color="red"
                aria-label={`Clear ${props.label}`}
                onClick={() => {
                  setReplacing(false);
                  props.onChange(undefined);
                }}
              >
                Clear
              </Button>
            </>
          ) : (
            <Button size="compact-sm" variant="subtle" onClick={() => props.onChange(secretMask)}>
              Keep it
            </Button>
          )}
        </Group>
      </Input.Wrapper>
    );
  }
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      <PasswordInput
        {...shared}
        aria-invalid={shared.error ? true : undefined}
        flex={1}
        placeholder={wasSet ? 'The new value' : 'Not set'}
        autoComplete="new-password"
        spellCheck={false}
        autoFocus={isReplacing}
        description={shared.description ?? (schema.description ? undefined : 'Kept secret: it cannot be read back.')}
        value={typeof value === 'string' ? value : ''}
        onChange={(event) => props.onChange(event.currentTarget.value === '' && !wasSet ? undefined : event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': 'Show or hide what you type', tabIndex: 0 }}
      />
      {wasSet ? (
        <Button
          variant="subtle"
          onClick={() => {
            setReplacing(false);
            props.onChange(secretMask);
          }}
        >
          Keep the old one
        </Button>
      ) : null}
    </Group>
  );
}

function Choice(props: WidgetProps) {
  const { enumOptions = [] } = props.options;
  const chosen = enumOptions.findIndex((option) => option.value === props.value);
  const preset = enumOptions.find((option) => option.value === props.schema.default);
  const { readOnly, ...shared } = common(props);
  return (
    <Select
      {...shared}
      disabled={shared.disabled || readOnly}
      placeholder={preset ? `Default: ${preset.label}` : 'Choose'}
      data={enumOptions.map((option, index) => ({ value: String(index), label: option.label }))}
      value={chosen < 0 ? null : String(chosen)}
      onChange={(index) => props.onChange(index === null ? undefined : enumOptions[Number(index)]?.value)}
      searchable={enumOptions.length > 8}
      clearable={!props.required && !readOnly}
      clearButtonProps={{ 'aria-label': 'Clear' }}
      allowDeselect={false}
      maw={420}
      comboboxProps={{ shadow: 'md' }}
    />
  );
}

function Radios(props: WidgetProps) {
  const { enumOptions = [] } = props.options;
  const { label, description, error, required, readOnly } = common(props);
  const chosen = enumOptions.findIndex((option) => option.value === (props.value ?? props.schema.default));
  return (
    <Radio.Group
      label={label}
      description={description}
      error={error}
      required={required}
      value={chosen < 0 ? null : String(chosen)}
      onChange={(index) => props.onChange(enumOptions[Number(index)]?.value)}
    >
      <Stack gap={6} mt={6}>
        {enumOptions.map((option, index) => (
          <Radio key={option.label} value={String(index)} label={option.label} disabled={readOnly} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function Multi(props: WidgetProps) {
  const { enumOptions = [] } = props.options;
  const values: unknown[] = Array.isArray(props.value) ? props.value : [];
  const known = enumOptions.flatMap((option, index) => (values.includes(option.value) ? [String(index)] : []));
  // What is set and no longer offered stays until somebody takes it out of the list of the container.
  const unknown = values.filter((value) => !enumOptions.some((option) => option.value === value));
  const { readOnly, ...shared } = common(props);
  return (
    <MultiSelect
      {...shared}
      disabled={shared.disabled || readOnly}
      placeholder={values.length === 0 ? 'Choose any' : undefined}
      data={enumOptions.map((option, index) => ({ value: String(index), label: option.label }))}
      value={known}
      onChange={(indexes) => props.onChange([...unknown, ...indexes.map((index) => enumOptions[Number(index)]?.value)])}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Clear' }}
    />
  );
}

function Colour(props: WidgetProps) {
  return (
    <ColorInput
      {...common(props)}
      value={typeof props.value === 'string' ? props.value : ''}
      onChange={(value) => props.onChange(value === '' ? undefined : value)}
      maw={280}
      eyeDropperButtonProps={{ 'aria-label': 'Pick from the screen' }}
    />
  );
}

export const widgets: RegistryWidgetsType<Settings> = {
  line: Line,
  lines: Lines,
  amount: Amount,
  slider: Range,
  toggle: Toggle,
  secret: Secret,
  choice: Choice,
  radio: Radios,
  multi: Multi,
  colour: Colour,
};
