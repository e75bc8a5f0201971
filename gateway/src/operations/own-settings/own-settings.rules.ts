/**
 * The settings of the gateway itself: their schema, and which variable of the environment each one is. The
 * environment wins; a setting that it decides is shown read-only, with the name of the variable. Pure.
 */
import { isMask, isObject, secretMask, type JsonObject } from '@berth/plugin-kit/contract/settings.ts';
import { z } from 'zod';

const afterRestart = 'Holds from the next start.';
const lengthOfSessions = 'Holds at once. Shorter, it ends what is open longer than that.';

// With titles, so that the form names them in the reader's language.
const open = z.literal('open').meta({ title: 'Open' });
const invited = z.literal('invited').meta({ title: 'Invited' });
const closed = z.literal('closed').meta({ title: 'Closed' });

/** The one source: the form, the check of what is sent, and the words. */
export const ownSettings = z.strictObject({
  registration: z.union([open, invited, closed]).optional().meta({
    title: 'Who may create an account',
    description:
      'Open: anyone. Invited: people with an invitation. Closed: admins add people. Holds at once.',
    default: 'open',
  }),
  access_token_seconds: z
    .int()
    .min(300)
    .max(86_400)
    .optional()
    .meta({
      title: 'Access tokens of programs are good for … seconds',
      description: `From five minutes to a day. ${afterRestart}`,
      default: 28_800,
    }),
  session_idle_hours: z.int().min(1).max(2160).optional().meta({
    title: 'Sign a browser out after … hours without a request',
    description: lengthOfSessions,
    default: 24,
  }),
  session_days: z.int().min(1).max(365).optional().meta({
    title: 'Sign a browser out after … days in any case',
    description: lengthOfSessions,
    default: 14,
  }),
  mail_server: z
    .string()
    .max(300)
    .regex(/^smtps?:\/\/[^\s/@:]+(?::\d{1,5})?(?:\/?\?[^\s#]*)?$/, 'such as smtp://mail.example.org:587')
    .optional()
    .meta({
      title: 'Mail server',
      description: `smtp:// or smtps://, such as smtp://mail.example.org:587. Needs BERTH_PUBLIC_URL. ${afterRestart}`,
    }),
  mail_user: z
    .string()
    .max(200)
    .optional()
    .meta({ title: 'User name at the mail server', description: afterRestart }),
  mail_password: z
    .string()
    .max(500)
    .optional()
    .meta({ title: 'Password at the mail server', description: afterRestart, writeOnly: true }),
  mail_from: z
    .string()
    .min(3)
    .max(320)
    .optional()
    .meta({ title: 'Sender of letters', description: `Such as Berth <berth@example.org>. ${afterRestart}` }),
  connections_per_address: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .meta({
      title: 'Connections that one address may hold open',
      description: `0: any number. ${afterRestart}`,
      default: 1000,
    }),
  poll_seconds: z.number().min(0.1).max(3600).optional().meta({
    title: 'Ask each extension how it is every … seconds',
    description: afterRestart,
    default: 30,
  }),
  history_days: z.int().min(0).max(36_500).optional().meta({
    title: 'Keep the history of settings for … days',
    description: 'Older lines are removed once a day. 0: for ever. Holds at once.',
    default: 0,
  }),
  audit_days: z.int().min(0).max(36_500).optional().meta({
    title: 'Keep the audit for … days',
    description: 'Older rows are removed once a day, and a row tells what went. 0: for ever. Holds at once.',
    default: 0,
  }),
});

export type OwnSettings = z.output<typeof ownSettings>;
export type SettingName = keyof OwnSettings;

/** `live`: holds as soon as it is saved. */
const rows: Readonly<Record<SettingName, { variable: string | null; section: string; live?: true }>> = {
  registration: { variable: 'BERTH_REGISTRATION', section: 'Accounts', live: true },
  access_token_seconds: { variable: 'BERTH_ACCESS_TOKEN_SECONDS', section: 'Accounts' },
  session_idle_hours: { variable: 'BERTH_SESSION_IDLE_HOURS', section: 'Sessions', live: true },
  session_days: { variable: 'BERTH_SESSION_DAYS', section: 'Sessions', live: true },
  mail_server: { variable: 'BERTH_SMTP_URL', section: 'Mail' },
  mail_user: { variable: 'BERTH_SMTP_URL', section: 'Mail' },
  mail_password: { variable: 'BERTH_SMTP_URL', section: 'Mail' },
  mail_from: { variable: 'BERTH_MAIL_FROM', section: 'Mail' },
  connections_per_address: { variable: 'BERTH_CONNECTIONS_PER_ADDRESS', section: 'Limits' },
  poll_seconds: { variable: 'BERTH_POLL_SECONDS', section: 'Limits' },
  history_days: { variable: 'BERTH_HISTORY_DAYS', section: 'Retention', live: true },
  audit_days: { variable: 'BERTH_AUDIT_DAYS', section: 'Retention', live: true },
};

export const settingNames = Object.keys(rows).filter(isSettingName);

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(rows, name);
}

/** What the environment says, by the names of its variables; empty variables count as absent. */
export type Environment = Readonly<Record<string, string | undefined>>;

export function variableOf(name: SettingName, env: Environment): string | null {
  const { variable } = rows[name];
  return variable !== null && (env[variable] ?? '') !== '' ? variable : null;
}

/** Which of the settings that differ hold only from the next start. */
export function waitingForRestart(started: OwnSettings, present: OwnSettings): SettingName[] {
  return settingNames.filter((name) => rows[name].live !== true && started[name] !== present[name]);
}

/** As variables, for the reading that checks the environment: one set of rules for both. */
export function asVariables(values: OwnSettings): Record<string, string> {
  const { registration, access_token_seconds: tokens, mail_from: from } = values;
  const { connections_per_address: connections, poll_seconds: poll, history_days: days } = values;
  const { session_idle_hours: idleHours, session_days: sessionDays, audit_days: auditDays } = values;
  const mail = mailUrl(values);
  const given: [string, string | number | undefined][] = [
    ['BERTH_REGISTRATION', registration],
    ['BERTH_ACCESS_TOKEN_SECONDS', tokens],
    ['BERTH_SESSION_IDLE_HOURS', idleHours],
    ['BERTH_SESSION_DAYS', sessionDays],
    ['BERTH_SMTP_URL', mail],
    ['BERTH_MAIL_FROM', from],
    ['BERTH_CONNECTIONS_PER_ADDRESS', connections],
    ['BERTH_POLL_SECONDS', poll],
    ['BERTH_HISTORY_DAYS', days],
    ['BERTH_AUDIT_DAYS', auditDays],
  ];
  return Object.fromEntries(
    given.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

/** The setting that a finding about a variable belongs to. */
export function settingOfVariable(variable: string): SettingName | null {
  return settingNames.find((name) => rows[name].variable === variable) ?? null;
}

function mailUrl({ mail_server: server, mail_user: user, mail_password: password }: OwnSettings) {
  if (server === undefined) return undefined;
  const [scheme, rest] = server.split('://');
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`;
  return user === undefined ? server : `${scheme}://${encodeURIComponent(user)}${secret}@${rest}`;
}

/** What the environment decides, as settings: a password is told as set alone. */
export function fromEnvironment(env: Environment): JsonObject {
  const found: JsonObject = {};
  const texts = { registration: 'BERTH_REGISTRATION', mail_from: 'BERTH_MAIL_FROM' };
  for (const [name, variable] of Object.entries(texts)) if (env[variable]) found[name] = env[variable];
  const numbers = {
    access_token_seconds: 'BERTH_ACCESS_TOKEN_SECONDS',
    session_idle_hours: 'BERTH_SESSION_IDLE_HOURS',
    session_days: 'BERTH_SESSION_DAYS',
    connections_per_address: 'BERTH_CONNECTIONS_PER_ADDRESS',
    poll_seconds: 'BERTH_POLL_SECONDS',
    history_days: 'BERTH_HISTORY_DAYS',
    audit_days: 'BERTH_AUDIT_DAYS',
  };
  for (const [name, variable] of Object.entries(numbers))
    if (env[variable]) found[name] = Number(env[variable]);
  const url = env['BERTH_SMTP_URL'];
  if (!url || !URL.canParse(url)) return found;
  const { protocol, host, username, password } = new URL(url);
  found['mail_server'] = `${protocol}//${host}`;
  if (username !== '') found['mail_user'] = decodeURIComponent(username);
  if (password !== '') found['mail_password'] = secretMask;
  return found;
}

/**
 * The schema as a form takes it: what the environment decides cannot be changed there, and says by which
 * variable.
 */
export function schemaFor(env: Environment): JsonObject {
  const whole = asJson(z.toJSONSchema(ownSettings, { io: 'input' }));
  const described = whole['properties'];
  const properties = Object.entries(isObject(described) ? described : {}).map(([name, told]) => {
    const variable = isSettingName(name) ? variableOf(name, env) : null;
    if (variable === null || !isObject(told)) return [name, told] as const;
    const { default: _preset, ...fixed } = told;
    const description = `Set by ${variable} in the environment, which wins.`;
    return [name, { ...fixed, readOnly: true, description }] as const;
  });
  return { ...whole, properties: Object.fromEntries(properties) };
}

/** As it would be on the wire. */
export function asJson(value: object): JsonObject {
  const plain: unknown = JSON.parse(JSON.stringify(value));
  return isObject(plain) ? plain : {};
}

export function uiHints(): JsonObject {
  return Object.fromEntries(settingNames.map((name) => [name, { group: rows[name].section }]));
}

/** Apart, because secrets are stored sealed. */
export function apart({ mail_password: secret, ...plain }: OwnSettings) {
  return { plain, secret: secret === undefined ? null : { mail_password: secret } };
}

/** What a form sends back for a secret that it was not shown. */
export function withKeptSecrets(wanted: JsonObject, stored: OwnSettings): JsonObject {
  if (!isMask(wanted['mail_password'])) return wanted;
  const { mail_password: _mask, ...others } = wanted;
  return stored.mail_password === undefined ? others : { ...others, mail_password: stored.mail_password };
}
