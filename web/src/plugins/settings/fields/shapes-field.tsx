/** A value of several shapes: a select for the shape, and the control of the one that is chosen. */
import { Group, Input, Select } from '@mantine/core';
import { useCallback, useMemo, useRef, useState } from 'react';
import { t } from '#words/words.ts';
import { commonProps, defaultWords, wrapperOrder } from '../control-words.ts';
import { fillIn, type Slot, Unready } from '../draft.ts';
import type { ChangeAt, FieldProps } from '../field-props.ts';
import { fits } from '../fits.ts';
import { useForm } from '../form-context.ts';
import type { Field, ShapesField } from '../form-plan.types.ts';
import { shapeOf } from '../shape-of.ts';
import styles from './nested.module.css';

export function ShapesControl(props: FieldProps<ShapesField>) {
  const { field, value, pointer, label, standing, isRequired, isFixed, error, change } = props;
  const { definitions, FieldView } = useForm();
  const { shapes } = field;
  const [chosen, setChosen] = useState(-1);
  // What was written in a shape that was left comes back with it.
  const left = useRef(new Map<number, Slot>());
  const current = shapeNow(field, value, chosen, () => shapeOf(field, value, definitions));
  // While a person writes, the shape stays the one that they write in.
  if (current >= 0 && current !== chosen) setChosen(current);
  const changeAt = useCallback<ChangeAt>((_, next) => change(next), [change]);
  const choose = (text: string | null): void => {
    const index = Number(text);
    const next = shapes[index];
    if (text === null || !next || index === current) return;
    left.current.set(current, value);
    setChosen(index);
    const back = left.current.get(index);
    if (next.field.kind === 'json' && !(value instanceof Unready)) return;
    change(() => (left.current.has(index) ? back : startOf(next.field, standing)));
  };
  const shape = shapes[current];
  const { label: shownLabel, description, required } = commonProps(props);
  const inner = useMemo(
    () => shape && { ...shape.field, title: field.title, description: '', isReadOnly: field.isReadOnly },
    [shape, field],
  );
  const isWhole = shape !== undefined && isConstant(shape.field);
  const isBelow = shape !== undefined && holdsOthers(shape.field);
  const view =
    inner === undefined || isWhole ? null : (
      <FieldView
        key={current}
        field={inner}
        {...{ value, pointer, label, standing, isRequired, isFixed, changeAt }}
        slot={pointer}
        isBare
      />
    );
  return (
    <Input.Wrapper
      label={shownLabel}
      {...{ description, required }}
      error={view === null ? error : undefined}
      inputWrapperOrder={wrapperOrder}
      labelElement="div"
    >
      <Group gap="xs" align="flex-start" wrap="wrap">
        <Select
          aria-label={t('Shape of {label}', { label })}
          placeholder={placeholderOf(field, value)}
          data={shapes.map(({ title }, index) => ({ value: String(index), label: title }))}
          value={shape === undefined ? null : String(current)}
          onChange={choose}
          allowDeselect={false}
          disabled={isFixed}
          w={isBelow || isWhole ? 260 : 150}
          comboboxProps={{ shadow: 'md', width: 'max-content', position: 'bottom-start' }}
        />
        {isBelow ? null : <div style={{ flex: '1 1 180px', minWidth: 0 }}>{view}</div>}
      </Group>
      {isBelow ? (
        <div className={styles['nested']} style={{ marginTop: 10 }}>
          {view}
        </div>
      ) : null}
    </Input.Wrapper>
  );
}

function placeholderOf(field: ShapesField, value: Slot): string {
  if (value === null) return t('No value');
  const preset = field.shapes[shapeOf(field, field.preset, {})];
  return preset ? defaultWords(preset.title) : t('Choose');
}

/**
 * The chosen shape holds as long as it can show the value. An unset value is of the shape of its default, but
 * never of one value alone: that is set by being chosen.
 */
function shapeNow(field: ShapesField, value: Slot, chosen: number, found: () => number): number {
  const own = field.shapes[chosen];
  if (own && value !== null && isShown(own.field, value)) return chosen;
  if (value === undefined) {
    const likely = field.preset === undefined ? 0 : shapeOf(field, field.preset, {});
    const shape = field.shapes[likely];
    return shape && !isConstant(shape.field) ? likely : -1;
  }
  return found();
}

function isShown(field: Field, value: Slot): boolean {
  if (field.kind === 'choice' && field.options.length === 1) return field.options[0]?.value === value;
  return fits(field, value);
}

/** Of one value alone, which is set by being chosen. */
function isConstant(field: Field): boolean {
  return field.kind === 'choice' && field.options.length === 1;
}

function holdsOthers(field: Field): boolean {
  return ['group', 'kinds', 'map', 'list', 'tuple', 'multi', 'json'].includes(field.kind);
}

function startOf(field: Field, standing: string): Slot {
  if (field.kind === 'choice' && field.options.length === 1) return field.options[0]?.value;
  if (field.kind === 'group' || field.kind === 'map') return {};
  if (field.kind === 'list' || field.kind === 'multi') return [];
  return standing === 'member' ? undefined : new Unready('', fillIn());
}
