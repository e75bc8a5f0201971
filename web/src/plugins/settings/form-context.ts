/** What every field of one form can ask. */
import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { createContext, useContext } from 'react';
import type { FieldView } from './field-props.ts';
import type { LiveForm } from './live-form.ts';

export type FormContext = {
  /** Asks the container while the form is open; `null` where there is none to ask. */
  live: LiveForm | null;
  /** What conditions may refer to. */
  definitions: JsonObject;
  isReadOnly: boolean;
  /** Something was found to be wrong: what was not told while it was typed is told now. */
  isChecked: boolean;
  /** Pointer to the words that are said there. */
  errors: ReadonlyMap<string, readonly string[]>;
  /** What is looked for, or an empty text. */
  search: string;
  /** Draws a field: groups, lists and maps hold fields of every kind, themselves among them. */
  FieldView: FieldView;
};

const context = createContext<FormContext>({
  live: null,
  definitions: {},
  isReadOnly: false,
  isChecked: false,
  errors: new Map(),
  search: '',
  FieldView: () => null,
});

export const FormProvider = context.Provider;

export function useForm(): FormContext {
  return useContext(context);
}
