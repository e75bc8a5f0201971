import {
  type ExactNumber,
  isNumber,
  isSame,
  type Json,
  numberFrom,
} from '@berth/plugin-kit/contract/exact-json.ts';
import { withPoint } from '@berth/plugin-kit/frame/words.ts';
import { Group, Input, Slider, Text, TextInput } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { locale, t } from '#words/words.ts';
import { commonProps, wrapperOrder } from '../control-words.ts';
import { fillIn, isSettled, type Slot, Unready } from '../draft.ts';
import type { FieldProps } from '../field-props.ts';
import type { NumberField } from '../form-plan.types.ts';
import { numberWords } from '../number-words.ts';

/**
 * A box of digits: they are kept as they are typed, however many, and what is no number stays and is said to
 * be.
 */
export function NumberControl(props: FieldProps<NumberField>) {
  const { field, value } = props;
  if (field.look === 'slider' && canSlide(field, value)) return <SlidingControl {...props} />;
  return <DigitsControl {...props} />;
}

/** What is typed where a number belongs, what stands there now, and what is wrong with it. */
export function useDigits({ field, value, standing, change }: FieldProps<NumberField>) {
  const [typed, setTyped] = useState('');
  // `1.`, `1,5` and `1.50` stand while they are typed: their value is that of the setting.
  const shown = isSame(valueOf(readNumber(typed)), valueOf(value)) && typed !== '' ? typed : textOf(value);
  const write = (text: string): void => {
    setTyped(text);
    change(() => {
      if (text.trim() !== '') return readNumber(text);
      if (standing !== 'member') return new Unready('', fillIn());
      return field.isNullable ? null : undefined;
    });
  };
  const fault = value instanceof Unready && value.text !== '' ? value.reason : null;
  return { shown, write, fault };
}

function DigitsControl(props: FieldProps<NumberField>) {
  const { field, value, isFixed } = props;
  const { shown, write, fault } = useDigits(props);
  const step = (event: KeyboardEvent<HTMLInputElement>): void => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const from = value ?? field.preset ?? 0;
    if (direction === undefined || isFixed || typeof from !== 'number' || !Number.isSafeInteger(from)) return;
    event.preventDefault();
    const by = Number.isInteger(field.step) ? (field.step ?? 1) : 1;
    const next = Math.min(
      Math.max(from + direction * by, field.min ?? Number.MIN_SAFE_INTEGER),
      field.max ?? Number.MAX_SAFE_INTEGER,
    );
    write(String(next));
  };
  const common = commonProps(props);
  return (
    <TextInput
      {...common}
      {...(fault === null ? {} : { error: fault })}
      inputMode={field.isWhole ? 'numeric' : 'decimal'}
      autoComplete="off"
      value={shown}
      onChange={(event) => write(event.currentTarget.value)}
      onKeyDown={step}
      styles={{ wrapper: { maxWidth: 280 } }}
    />
  );
}

function SlidingControl(props: FieldProps<NumberField>) {
  const { field, value, label, change, standing } = props;
  const { description, error, required, readOnly } = commonProps(props);
  const [min, max] = [field.min ?? 0, field.max ?? 100];
  const unset = typeof field.preset === 'number' ? field.preset : min;
  const shown = typeof value === 'number' ? value : unset;
  return (
    <Input.Wrapper
      label={standing === 'item' || props.isBare ? undefined : label}
      {...{ description, error, required }}
      inputWrapperOrder={wrapperOrder}
      labelElement="div"
    >
      <Group gap="md" wrap="nowrap" maw={420} py={6}>
        <Slider
          flex={1}
          min={min}
          max={max}
          step={field.step ?? (field.isWhole ? 1 : (max - min) / 100)}
          value={shown}
          disabled={readOnly}
          onChange={(next) => change(() => next)}
          thumbLabel={label}
          label={null}
        />
        <Text size="sm" w={56} ta="right">
          {numberWords(shown)}
        </Text>
      </Group>
    </Input.Wrapper>
  );
}

/** A slider has no place for what lies beside it. */
function canSlide({ min = 0, max = 100 }: NumberField, value: Slot): boolean {
  return value === undefined || (typeof value === 'number' && value >= min && value <= max);
}

export function readNumber(text: string): number | ExactNumber | Unready {
  const bare = withPoint(text.trim(), locale())
    .replace(/^\+/, '')
    .replace(/^(-?)\./, '$10.')
    .replace(/^(-?\d+)\.$/, '$1')
    .replace(/^(-?)0+(?=\d)/, '$1');
  const read = numberFrom(bare);
  if (read !== null) return read;
  if (/^-?\d+,\d+$/.test(bare))
    return new Unready(text, t('Write {number}, with a point.', { number: bare.replace(',', '.') }));
  return new Unready(text, t('Write a number, in digits.'));
}

function valueOf(value: Slot): Json | undefined {
  return isSettled(value) && isNumber(value) ? value : undefined;
}

function textOf(value: Slot): string {
  if (value instanceof Unready) return value.text;
  return isSettled(value) && isNumber(value) ? numberWords(value) : '';
}
