/** What the form library asks while it renders: which branch of an `if` holds. Errors come from `form-errors.ts`. No eval. */
import { Validator } from '@cfworker/json-schema';
import type { ValidatorType } from '@rjsf/utils';

type Settings = Record<string, unknown>;

export const validator: ValidatorType<Settings, Settings> = {
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  rawValidation: () => ({ errors: [] }),
  isValid(schema, formData, rootSchema) {
    try {
      const { $schema: _, ...own } = schema;
      return new Validator({ ...(rootSchema?.['$defs'] ? { $defs: rootSchema['$defs'] } : {}), ...own }, '2020-12').validate(formData).valid;
    } catch {
      return false;
    }
  },
};
