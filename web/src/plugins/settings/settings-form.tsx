/** The generated form: draws the plan, and says what it became. */
import { isObject, type JsonObject } from '@berth/plugin-kit/contract/settings.ts';
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
// Not the package's main door: it brings a test registry that asks for a validator built on eval.
import Form from '@rjsf/core/lib/components/Form.js';
import { englishStringTranslator, TranslatableString } from '@rjsf/utils';
import { useMemo } from 'react';
import { fields, JsonEditor } from './fields.tsx';
import { errorTree } from './form-errors.ts';
import type { FormPlan } from './form-schema.ts';
import { type FormContext, templates } from './templates.tsx';
import { validator } from './validator.ts';
import { widgets } from './widgets.tsx';

type Settings = Record<string, unknown>;
type SettingsFormProps = {
  plan: FormPlan;
  value: JsonObject;
  errors: readonly FieldError[];
  search: string;
  isReadOnly: boolean;
  onChange: (value: JsonObject) => void;
};

/** A new entry of a map is empty, not called something. */
function words(key: TranslatableString, params?: string[]): string {
  return key === TranslatableString.NewStringDefault ? '' : englishStringTranslator(key, params);
}

/** Defaults are shown, never filled in: what nobody chose is not sent. */
const defaultsStayOut = {
  emptyObjectFields: 'skipDefaults',
  arrayMinItems: { populate: 'never' },
  allOf: 'skipDefaults',
  constAsDefaults: 'never',
  requiredBooleanDefault: 'skip',
} as const;

export function SettingsForm({ plan, value, errors, search, isReadOnly, onChange }: SettingsFormProps) {
  const extraErrors = useMemo(() => errorTree(errors), [errors]);
  const context: FormContext = { sections: plan.sections, search, isReadOnly };
  if (plan.isJson) {
    const error = errors.map((item) => `${item.pointer} ${item.detail}`.trim()).join(' ');
    return (
      <JsonEditor
        label="All settings"
        description="This extension describes its settings in a way that no form can show. Written as JSON."
        value={value}
        {...(error ? { error } : {})}
        isReadOnly={isReadOnly}
        onChange={(next) => isObject(next) && onChange(next)}
      />
    );
  }
  return (
    <Form<Settings, Settings, FormContext>
      tagName="div"
      schema={plan.schema}
      uiSchema={{ ...plan.ui, 'ui:submitButtonOptions': { norender: true } }}
      formData={value}
      validator={validator}
      templates={templates}
      widgets={widgets}
      fields={fields}
      formContext={context}
      extraErrors={extraErrors}
      noValidate
      translateString={words}
      showErrorList={false}
      readonly={isReadOnly}
      experimental_defaultFormStateBehavior={defaultsStayOut}
      onChange={({ formData }) => onChange(isObject(formData) ? formData : {})}
    />
  );
}
