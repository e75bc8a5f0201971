/** What the form library asks while it renders: which branch of an `if` holds. Errors come from `form-errors.ts`. No eval. */
import { isObject } from '@berth/plugin-kit/contract/settings.ts';
import { Validator } from '@cfworker/json-schema';
import type { ValidatorType } from '@rjsf/utils';
import { withoutSlowPatterns } from './quick-patterns.ts';

type Settings = Record<string, unknown>;

export const validator: ValidatorType<Settings, Settings> = {
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  rawValidation: () => ({ errors: [] }),
  isValid(schema, formData, rootSchema) {
    try {
      const { $schema: _, ...own } = schema;
      const whole: unknown = { ...(rootSchema?.['$defs'] ? { $defs: rootSchema['$defs'] } : {}), ...own };
      return isObject(whole) && new Validator(withoutSlowPatterns(whole, formData), '2020-12').validate(formData).valid;
    } catch {
      return false;
    }
  },
};
