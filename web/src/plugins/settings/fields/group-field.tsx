/**
 * Objects: a quiet indent with the members that are there at the moment, and the choice between kinds of
 * objects.
 */
import { pointerPart } from '@berth/plugin-kit/contract/json-pointer.ts';
import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import { useCallback, useMemo, useRef, useState } from 'react';
import { t } from '#words/words.ts';
import { activeFields } from '../active-fields.ts';
import { branchOf } from '../branch-of.ts';
import { commonProps } from '../control-words.ts';
import {
  blankOf,
  type DraftObject,
  isGroup,
  memberOf,
  nameProblem,
  type Slot,
  withMember,
} from '../draft.ts';
import type { FieldProps } from '../field-props.ts';
import { Errors, Heading } from '../field-words.tsx';
import type { Change, ChangeAt } from '../field-props.ts';
import { useForm } from '../form-context.ts';
import { keysOf } from './sections.ts';
import { isMeant, matchesSearch } from '../form-search.ts';
import type { Field, GroupField, KindsField } from '../form-plan.types.ts';
import styles from './nested.module.css';

export function GroupControl({ isSection, ...props }: FieldProps<GroupField> & { isSection: boolean }) {
  const { field, label, value, pointer, standing, isRequired, isFixed, error, change } = props;
  const [first] = useState(value);
  const isNamed = !isSection && !props.isBare && (standing === 'member' || standing === 'place');
  const hadMembers = isGroup(first) && (field.required.length === 0 || Object.keys(first).length === 0);
  // What is emptied by hand is not set any more, unless being there is a value of its own.
  const isKept = standing !== 'member' || isRequired || hadMembers;
  return (
    <div role="group" aria-label={label}>
      {isNamed ? <Heading title={label} description={field.description} /> : null}
      <div className={isNamed ? styles['nested'] : ''} style={{ marginTop: isNamed ? 10 : 0 }}>
        <Members field={field} {...{ value, pointer, isFixed, isKept, change }} />
      </div>
      <Errors list={error === undefined ? undefined : [error]} />
    </div>
  );
}

type MembersProps = {
  field: GroupField;
  value: Slot;
  pointer: string;
  isFixed: boolean;
  isKept: boolean;
  tag?: string;
  change: Change;
};

function Members({ field, value, pointer, isFixed, isKept, tag, change }: MembersProps) {
  const { definitions, search, FieldView } = useForm();
  const { fields, others } = useMemo(
    () => activeFields(field, value, definitions),
    [field, value, definitions],
  );
  const changeAt = useCallback<ChangeAt>(
    (slot, next) =>
      change((old) => {
        const key = String(slot);
        const after = withMember(isGroup(old) ? old : {}, key, next(memberOf(old, key)));
        return Object.keys(after).length > 0 || isKept ? after : undefined;
      }),
    [change, isKept],
  );
  const extra = field.extra ?? {
    ...field,
    kind: 'json' as const,
    description: '',
    isReadOnly: false,
    preset: undefined,
  };
  const undescribed = others
    .filter((key) => key !== tag)
    .map((key) => ({ key, field: { ...extra, title: key }, isRequired: false, isExtra: true }));
  const members = [...fields.map((member) => ({ ...member, isExtra: false })), ...undescribed];
  const found = members.filter((member) => matchesSearch(search, member.key, member.field, ''));
  const isNarrowed = found.length > 0 && !isMeant(search, field);
  return (
    <Stack gap="md">
      {members.map((member) => (
        <div key={member.key} hidden={isNarrowed && !found.includes(member)}>
          <FieldView
            field={member.field}
            value={memberOf(value, member.key)}
            pointer={pointer + pointerPart(member.key)}
            slot={member.key}
            isRequired={member.isRequired}
            isFixed={isFixed}
            isRemovable={member.isExtra}
            changeAt={changeAt}
          />
        </div>
      ))}
      {field.extra && !isFixed ? (
        <AddEntry group={field} value={value} entry={field.extra} change={change} />
      ) : null}
    </Stack>
  );
}

type AddEntryProps = { group: GroupField; value: Slot; entry: Field; change: Change };

/** Beside members with names of their own, others can be added by name. */
export function AddEntry({ group, value, entry, change }: AddEntryProps) {
  const [name, setName] = useState('');
  const isTaken = keysOf(group).has(name) || memberOf(value, name) !== undefined;
  const problem = isTaken
    ? t('“{name}” is here already. Choose another name.', { name })
    : nameProblem([], { id: '', name, value: null });
  const isWrong = name !== '' && problem !== null;
  const add = (): void => {
    change((old) => withMember(isGroup(old) ? old : {}, name, blankOf(entry)));
    setName('');
  };
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <TextInput
        label={t('Name of another entry')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={isWrong ? problem : undefined}
        autoComplete="off"
        spellCheck={false}
        flex={1}
        maw={280}
      />
      <Button
        variant="default"
        leftSection={<IconPlus size={14} />}
        onClick={add}
        disabled={name === '' || problem !== null}
      >
        {t('Add an entry')}
      </Button>
    </Group>
  );
}

export function KindsControl(props: FieldProps<KindsField>) {
  const { field, value, pointer, isFixed, error, change } = props;
  const { discriminator, branches } = field;
  const branch = branchOf(field, value);
  // The members of a kind that was left come back with it.
  const left = useRef(new Map<unknown, DraftObject>());
  const shared = commonProps({ ...props, error: branch ? undefined : error });
  const choose = (index: string | null): void => {
    const next = index === null ? undefined : branches[Number(index)];
    if (!next || next === branch) return;
    const old: DraftObject = isGroup(value) ? value : {};
    const own = branch ? keysOf(branch.group) : new Set<string>();
    const theirs = keysOf(next.group);
    if (branch)
      left.current.set(branch.tag, Object.fromEntries(Object.entries(old).filter(([key]) => own.has(key))));
    const kept = Object.entries(old).filter(
      ([key]) => key !== discriminator && (!own.has(key) || theirs.has(key)),
    );
    change(() =>
      Object.fromEntries([
        ...kept,
        ...Object.entries(left.current.get(next.tag) ?? {}),
        [discriminator, next.tag],
      ]),
    );
  };
  return (
    <Stack gap="md">
      <Select
        {...shared}
        placeholder={t('Choose')}
        data={branches.map((item, index) => ({ value: String(index), label: item.title }))}
        value={branch ? String(branches.indexOf(branch)) : null}
        onChange={choose}
        allowDeselect={false}
        disabled={isFixed}
        maw={420}
      />
      {branch ? (
        <div className={styles['nested']} key={JSON.stringify(branch.tag)}>
          <Members field={branch.group} {...{ value, pointer, isFixed, change }} isKept tag={discriminator} />
        </div>
      ) : null}
      {branch ? <Errors list={error === undefined ? undefined : [error]} /> : null}
    </Stack>
  );
}
