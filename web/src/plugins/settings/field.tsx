/**
 * One field: the control for its kind, what is wrong with it, and the ways to the states that no typing
 * reaches.
 */
import { isObject, type Json } from '@berth/plugin-kit/contract/exact-json.ts';
import { ActionIcon, Button, Group, Text } from '@mantine/core';
import IconTrash from '@tabler/icons-react/dist/esm/icons/IconTrash.mjs';
import { memo, useCallback, useState } from 'react';
import { useLocale } from '#words/use-locale.ts';
import { t } from '#words/words.ts';
import { ChoiceControl, MultiControl, ToggleControl } from './fields/choice-field.tsx';
import { isGroup, isSameSlot, type Slot } from './draft.ts';
import type { FieldProps, FieldViewProps } from './field-props.ts';
import { fits } from './fits.ts';
import type { Change } from './field-props.ts';
import { useForm } from './form-context.ts';
import type { Field, NumberField, TextField } from './form-plan.types.ts';
import { valueWords } from './number-words.ts';
import { CheckButton } from './fields/check-button.tsx';
import { LiveNumberControl, LiveTextControl } from './fields/live-choice-field.tsx';
import { GroupControl, KindsControl } from './fields/group-field.tsx';
import { JsonControl } from './fields/json-field.tsx';
import { ListControl } from './fields/list-field.tsx';
import { MapControl } from './fields/map-field.tsx';
import { NumberControl } from './fields/number-field.tsx';
import { SecretControl } from './fields/secret-field.tsx';
import { ShapesControl } from './fields/shapes-field.tsx';
import { TextControl } from './fields/text-field.tsx';
import { TupleControl } from './fields/tuple-field.tsx';

function PlainFieldView(props: FieldViewProps) {
  const {
    field,
    value,
    pointer,
    label,
    standing = 'member',
    isRequired,
    isSection = false,
    isRemovable = false,
    isBare = false,
  } = props;
  const { errors, isReadOnly, live } = useForm();
  // Its properties stay the same in another language.
  useLocale();
  const { slot, changeAt } = props;
  const change = useCallback<Change>((next) => changeAt(slot, next), [changeAt, slot]);
  const isFitting = fits(field, value);
  // A value that its control cannot show is edited as JSON, and stays so while the field is on the page.
  const [isRaw, setRaw] = useState(!isFitting);
  if (!isFitting && !isRaw) setRaw(true);
  const drawn: Field = isRaw || !isFitting ? { ...field, kind: 'json' } : field;
  const isFixed = isReadOnly || props.isFixed === true || field.isReadOnly;
  const own = errors.get(pointer);
  const name =
    label ?? (field.isDeprecated ? t('{title} (deprecated)', { title: field.title }) : field.title);
  const control = (
    <Control
      field={drawn}
      {...{ value, pointer, label: name, standing, isRequired, isFixed, isBare, change, isSection }}
      error={own?.join(' ')}
    />
  );
  if (isBare) return control;
  return (
    <div data-pointer={pointer}>
      {isRemovable && !isFixed ? (
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <div style={{ flex: 1, minWidth: 0 }}>{control}</div>
          <ActionIcon
            variant="subtle"
            color="red"
            size="lg"
            aria-label={t('Remove {name}', { name })}
            onClick={() => change(() => undefined)}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ) : (
        control
      )}
      {isFixed || (standing !== 'member' && standing !== 'place') ? null : (
        <States field={drawn} value={value} label={field.title} isRequired={isRequired} change={change} />
      )}
      {field.check && live?.check ? (
        <CheckButton offer={field.check} label={field.title} check={live.check} />
      ) : null}
    </div>
  );
}

export const FieldView = memo(PlainFieldView);

type ControlProps = Omit<FieldProps<Field>, 'field'> & { field: Field; isSection: boolean };

function Control({ field, isSection, ...props }: ControlProps) {
  switch (field.kind) {
    case 'text':
      return <TextOrChoice field={field} {...props} />;
    case 'number':
      return <NumberOrChoice field={field} {...props} />;
    case 'toggle':
      return <ToggleControl field={field} {...props} />;
    case 'secret':
      return <SecretControl field={field} {...props} />;
    case 'choice':
      return <ChoiceControl field={field} {...props} />;
    case 'multi':
      return <MultiControl field={field} {...props} />;
    case 'list':
      return <ListControl field={field} {...props} />;
    case 'map':
      return <MapControl field={field} {...props} isSection={isSection} />;
    case 'group':
      return <GroupControl field={field} {...props} isSection={isSection} />;
    case 'kinds':
      return <KindsControl field={field} {...props} />;
    case 'tuple':
      return <TupleControl field={field} {...props} isSection={isSection} />;
    case 'shapes':
      return <ShapesControl field={field} {...props} />;
    case 'json':
      return <JsonControl field={field} {...props} />;
  }
}

/** Choices of the moment where the schema offers them and there is a container to ask. */
function TextOrChoice(props: FieldProps<TextField>) {
  const { live } = useForm();
  const path = props.field.choicesFrom;
  return live && path !== null ? (
    <LiveTextControl {...props} live={live} path={path} />
  ) : (
    <TextControl {...props} />
  );
}

function NumberOrChoice(props: FieldProps<NumberField>) {
  const { live } = useForm();
  const path = props.field.choicesFrom;
  return live && path !== null ? (
    <LiveNumberControl {...props} live={live} path={path} />
  ) : (
    <NumberControl {...props} />
  );
}

type StatesProps = { field: Field; value: Slot; label: string; isRequired: boolean; change: Change };

/** "Reset" and "no value": states of a value that are not typed. */
function States({ field, value, label, isRequired, change }: StatesProps) {
  const actions: { words: string; name: string; next: Slot }[] = [];
  const preset = scalar(field.preset);
  if (field.kind !== 'secret' && preset !== undefined && value !== undefined && !isSameSlot(value, preset))
    actions.push({
      words: t('Reset to {short}', { short: short(presetWords(field, preset)) }),
      name: t('Reset to {preset}: {label}', { preset: presetWords(field, preset), label }),
      next: undefined,
    });
  else if (
    value !== undefined &&
    !isRequired &&
    !isShownByDefault(field, preset) &&
    (value === null || cannotBeEmptied(field) || hasContainer(field))
  )
    actions.push({ ...unsetWords(field, label), next: undefined });
  if (value === undefined && canBeEmpty(field))
    actions.push({ ...named(t('Set {label} to empty', { label })), next: emptyOf(field) });
  if (value === undefined && field.kind === 'text' && field.mayBeEmpty)
    actions.push({
      words: t('Set to empty text'),
      name: t('Set {label} to empty text', { label }),
      next: '',
    });
  if (value === '' && field.kind === 'text' && preset === undefined && !isRequired)
    actions.push({ words: t('Unset'), name: t('Unset {label}', { label }), next: undefined });
  if (field.isNullable && value !== null)
    actions.push({ words: t('Set to no value'), name: t('Set {label} to no value', { label }), next: null });
  const state = stateWords(field, value, isRequired);
  if (actions.length === 0 && state === null) return null;
  return (
    <Group gap="sm" mt={2}>
      {state === null ? null : (
        <Text size="xs" c="dimmed">
          {state}
        </Text>
      )}
      {actions.map(({ words, name, next }) => (
        <Button
          key={words}
          variant="transparent"
          size="compact-xs"
          px={0}
          onClick={() => change(() => next)}
          aria-label={name}
        >
          {words}
        </Button>
      ))}
    </Group>
  );
}

/** Which of the states that look alike it is. */
function stateWords(field: Field, value: Slot, isRequired: boolean): string | null {
  if (value === null) return field.kind === 'choice' ? null : t('Set to no value.');
  if (value === '' && field.kind === 'text') return t('Set to empty text.');
  if (field.kind !== 'group' && field.kind !== 'kinds') return null;
  if (value === undefined) return isRequired ? null : t('Not set.');
  const isEmpty = isGroup(value) && Object.keys(value).length === 0;
  return isEmpty && field.kind === 'group' ? t('Set, and empty.') : null;
}

function unsetWords(field: Field, label: string): { words: string; name: string } {
  if (field.kind === 'group' || field.kind === 'kinds') return named(t('Remove {label}', { label }));
  return hasContainer(field)
    ? named(t('Unset {label}', { label }))
    : { words: t('Unset'), name: t('Unset {label}', { label }) };
}

/** Below a group or a list it must be said whose state it is. */
function named(words: string): { words: string; name: string } {
  return { words: short(words), name: words };
}

function cannotBeEmptied(field: Field): boolean {
  return (
    field.kind === 'toggle' ||
    (field.kind === 'choice' && field.look === 'radio') ||
    (field.kind === 'number' && field.look === 'slider')
  );
}

/** What is set says what the default says, and the control shows the same without it. */
function isShownByDefault(field: Field, preset: Json | undefined): boolean {
  return preset !== undefined && preset !== null && cannotBeEmptied(field);
}

function hasContainer(field: Field): boolean {
  return ['group', 'list', 'map', 'multi', 'kinds', 'tuple', 'shapes'].includes(field.kind);
}

function canBeEmpty(field: Field): boolean {
  return (
    field.kind === 'list' ||
    field.kind === 'multi' ||
    field.kind === 'tuple' ||
    field.kind === 'map' ||
    (field.kind === 'group' && field.required.length === 0)
  );
}

function emptyOf(field: Field): Slot {
  return field.kind === 'list' || field.kind === 'multi' || field.kind === 'tuple' ? [] : {};
}

function scalar(value: Json | undefined): Json | undefined {
  return Array.isArray(value) || isObject(value) ? undefined : value;
}

/** As the control says it. */
function presetWords(field: Field, preset: Json): string {
  const option = field.kind === 'choice' ? field.options.find(({ value }) => value === preset) : undefined;
  if (option) return option.label;
  if (field.kind === 'toggle') return preset === true ? t('On') : t('Off');
  return preset === null ? t('no value') : valueWords(preset);
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
