/** Who may have an account, and how people and programs sign in. */
import { join, resolve } from 'node:path';
import { z } from 'zod';

export const identityEnvironment = z.object({
  BERTH_SETUP_TOKEN: z
    .string()
    .min(16)
    .max(256)
    .optional()
    .describe('Guards the first set-up. Default: a random one, printed at start while no account exists.'),
  BERTH_REGISTRATION: z
    .enum(['open', 'invited', 'closed'])
    .default('open')
    .describe(
      'Who may create an account: `open` anyone, `invited` people with an invitation, `closed` no one.',
    ),
  BERTH_ACCESS_TOKEN_SECONDS: z.coerce
    .number()
    .int()
    .min(5 * 60)
    .max(24 * 60 * 60)
    .default(8 * 60 * 60)
    .describe(
      'How long an access token of a program is good, from five minutes (300) to a day (86400). A new one is had by the refresh token.',
    ),
  BERTH_SESSION_IDLE_HOURS: z.coerce
    .number()
    .int()
    .min(1)
    .max(90 * 24)
    .default(24)
    .describe('A browser is signed out after so many hours without a request, from one to 90 days (2160).'),
  BERTH_SESSION_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(365)
    .default(14)
    .describe('A browser is signed out after so many days, however busy it is, from one to a year (365).'),
  BERTH_KEYS_DIR: z
    .string()
    .optional()
    .describe('The folder of signing keys. Default: `keys` in the data folder.'),
  BERTH_OIDC_FILE: z
    .string()
    .optional()
    .describe(
      'The list of OpenID Connect providers, YAML or JSON: see docs/guides/sign-in.md. Default: none.',
    ),
});

export function identityConfig(read: z.output<typeof identityEnvironment>, data: string) {
  return {
    setupToken: read.BERTH_SETUP_TOKEN ?? null,
    registration: read.BERTH_REGISTRATION,
    accessTokenSeconds: read.BERTH_ACCESS_TOKEN_SECONDS,
    sessionIdleHours: read.BERTH_SESSION_IDLE_HOURS,
    sessionDays: read.BERTH_SESSION_DAYS,
    keysFolder: resolve(read.BERTH_KEYS_DIR ?? join(data, 'keys')),
    oidcFile: read.BERTH_OIDC_FILE === undefined ? null : resolve(read.BERTH_OIDC_FILE),
  };
}
