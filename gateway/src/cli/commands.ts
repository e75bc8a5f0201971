/** What the gateway offers on the command line; `cli/` knows nothing behind this folder. */
import type { Command } from '@berth/plugin-kit/base/command.ts';
import { auditVerify } from './audit.ts';
import { catalogueSign, catalogueVerify } from './catalogue.ts';
import { envValidate } from './environment.ts';
import { keysMake } from './keys.ts';
import { resetAdmin } from './reset-admin.ts';

export const commands: readonly Command[] = [
  envValidate,
  keysMake,
  resetAdmin,
  auditVerify,
  catalogueSign,
  catalogueVerify,
];
