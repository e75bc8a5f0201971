/** What the form draws: one field for each part of a `settings_schema`. */
import type { CheckOffer } from '@berth/plugin-kit/contract/live.ts';
import type { Json, JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';

export type Option = { value: Json; label: string };

type Common = {
  title: string;
  description: string;
  placeholder: string;
  /** What holds while nothing is set. */
  preset: Json | undefined;
  examples: readonly Json[];
  format: string;
  isReadOnly: boolean;
  isDeprecated: boolean;
  /** `null` is a value of its own here: "no value", which differs from "not set". */
  isNullable: boolean;
  /** A button that asks the container whether the draft works. */
  check: CheckOffer | null;
  /** The path of the container that offers choices of the moment. */
  choicesFrom: string | null;
};

export type TextField = Common & {
  kind: 'text';
  look: 'line' | 'lines' | 'colour';
  offers: readonly string[];
  /** An empty text is a value of its own here, and not a field that is not filled in. */
  mayBeEmpty: boolean;
};
export type NumberField = Common & {
  kind: 'number';
  look: 'amount' | 'slider';
  isWhole: boolean;
  min?: number;
  max?: number;
  step?: number;
};
export type ToggleField = Common & { kind: 'toggle' };
export type SecretField = Common & { kind: 'secret'; isText: boolean; isWhole: boolean };
export type ChoiceField = Common & { kind: 'choice'; look: 'select' | 'radio'; options: readonly Option[] };
export type MultiField = Common & { kind: 'multi'; options: readonly Option[] };
export type JsonField = Common & { kind: 'json' };
export type ListField = Common & { kind: 'list'; item: Field };
export type MapField = Common & { kind: 'map'; entry: Field };
export type GroupField = Common & Part & { kind: 'group'; order: readonly string[]; extra: Field | null };
/** A list in which each place is a field of its own; behind them may come more entries that are alike. */
export type TupleField = Common & { kind: 'tuple'; places: readonly Field[]; rest: Field | null };
/** A value of several shapes, such as a text or a list of texts: a person chooses the shape. */
export type ShapesField = Common & {
  kind: 'shapes';
  shapes: readonly Shape[];
  /** The schema says nothing of it: it can be anything. */
  isFree?: true;
};
export type KindsField = Common & { kind: 'kinds'; discriminator: string; branches: readonly Branch[] };
export type Field =
  | TextField
  | NumberField
  | ToggleField
  | SecretField
  | ChoiceField
  | MultiField
  | JsonField
  | ListField
  | MapField
  | GroupField
  | TupleField
  | ShapesField
  | KindsField;

/** `schema` tells apart what no look at the type can: two shapes of objects. */
export type Shape = { title: string; field: Field; schema: JsonObject };

export type Branch = { title: string; tag: Json; group: GroupField };

/** Members of a group, and those that are there on a condition. */
export type Part = {
  members: ReadonlyMap<string, Field>;
  required: readonly string[];
  conditions: readonly Condition[];
};

/** `when` is judged on the value of the group. */
export type Condition = { when: JsonObject; yes: Part; no: Part };

export type Section = { id: string; title: string; description: string; keys: string[] };
export type FormPlan = { root: GroupField | JsonField; sections: Section[]; shapes?: RootShapes };
/** Settings that are one of several shapes of objects: a form for each, in the order of the field's. */
export type RootShapes = { field: ShapesField; plans: readonly FormPlan[] };
