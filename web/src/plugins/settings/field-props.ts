import type { ComponentType } from 'react';
import type { Slot } from './draft.ts';
import type { Field } from './form-plan.types.ts';

/** From what stands there to what shall stand there: a field never writes anything that it was not given. */
export type Change = (change: (old: Slot) => Slot) => void;

/** The same for one member, by its name, or one entry, by its place. */
export type ChangeAt = (slot: string | number, change: (old: Slot) => Slot) => void;

/**
 * How a field stands: as a member of a group, an entry of a list, a place of a tuple, or the value of an
 * entry of a map.
 */
export type Standing = 'member' | 'item' | 'place' | 'entry';

/** A field in its place: what it is called there, and how its value is changed there. */
export type FieldViewProps = {
  field: Field;
  value: Slot;
  pointer: string;
  label?: string;
  standing?: Standing;
  isRequired: boolean;
  /** Its card says its name already. */
  isSection?: boolean;
  isRemovable?: boolean;
  isFixed?: boolean;
  /** What surrounds it says its name, its help and its states. */
  isBare?: boolean;
  slot: string | number;
  changeAt: ChangeAt;
};

export type FieldView = ComponentType<FieldViewProps>;

/** What the control of one kind of field gets. */
export type FieldProps<Kind extends Field> = {
  field: Kind;
  value: Slot;
  pointer: string;
  /** What it is called on the page, and by a screen reader. */
  label: string;
  standing: Standing;
  isRequired: boolean;
  isFixed: boolean;
  isBare: boolean;
  error: string | undefined;
  change: Change;
};
