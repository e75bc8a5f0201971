/** Settings that are one of several shapes of objects: a choice above the form of the one that is chosen. */
import { Select } from '@mantine/core';
import { useRef, useState } from 'react';
import { t } from '#words/words.ts';
import { type Draft, type DraftObject, isGroup } from './draft.ts';
import { keysOf } from './fields/sections.ts';
import type { FormPlan, RootShapes } from './form-plan.types.ts';
import { shapeOf } from './shape-of.ts';
import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';

type RootShapeProps = {
  shapes: RootShapes;
  value: Draft;
  definitions: JsonObject;
  isReadOnly: boolean;
  onChange: (change: (old: Draft) => Draft) => void;
};

/** @returns the form of the shape that the settings have, and the control that chooses another */
export function useRootShape({ shapes, value, definitions, isReadOnly, onChange }: RootShapeProps): {
  plan: FormPlan;
  picker: React.ReactNode;
} {
  const { field, plans } = shapes;
  const [chosen, setChosen] = useState<number | null>(null);
  // What was written in a shape that was left comes back with it.
  const left = useRef(new Map<number, DraftObject>());
  const current = chosen ?? Math.max(0, shapeOf(field, value, definitions));
  const keysAt = (index: number): ReadonlySet<string> => {
    const root = plans[index]?.root;
    return root?.kind === 'group' ? keysOf(root) : new Set();
  };
  const choose = (next: number): void => {
    const [own, theirs] = [keysAt(current), keysAt(next)];
    const members = Object.entries(isGroup(value) ? value : {});
    const leaving = members.filter(([key]) => own.has(key) && !theirs.has(key));
    left.current.set(current, Object.fromEntries(leaving));
    const back = left.current.get(next) ?? {};
    setChosen(next);
    onChange((old) => {
      const kept = Object.entries(isGroup(old) ? old : {}).filter(
        ([key]) => !own.has(key) || theirs.has(key),
      );
      return { ...Object.fromEntries(kept), ...back };
    });
  };
  const first = plans[current] ?? plans[0];
  if (!first) throw new Error('Settings of several shapes have at least one.');
  const picker = (
    <Select
      label={t('Shape of {label}', { label: field.title })}
      description={field.description || undefined}
      data={field.shapes.map(({ title }, index) => ({ value: String(index), label: title }))}
      value={String(current)}
      onChange={(index) => (index === null ? undefined : choose(Number(index)))}
      allowDeselect={false}
      disabled={isReadOnly}
      maw={420}
      mb="lg"
      comboboxProps={{ shadow: 'md' }}
    />
  );
  return { plan: first, picker };
}
