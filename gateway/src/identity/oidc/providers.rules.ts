/** The list of providers, as operators write it: YAML or JSON. */
import { z } from 'zod';
import type { Provider } from './oidc.types.ts';

const oneOrMore = z.union([
  z
    .string()
    .min(1)
    .transform((name) => [name]),
  z.array(z.string().min(1)).min(1),
]);

const providerForm = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'Small letters, digits and dashes.'),
    name: z.string().trim().min(1).max(60),
    issuer: z.url({ protocol: /^https?$/ }).refine(isSafeAddress, 'https, save at localhost.'),
    client_id: z.string().min(1),
    client_secret: z.string().min(1).optional(),
    client_secret_file: z.string().min(1).optional(),
    client_authentication: z.enum(['basic', 'post']).default('basic'),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/))
      .default(['openid', 'email', 'profile'])
      .refine((scopes) => scopes.includes('openid'), 'openid must be among them.'),
    groups_claim: z.string().min(1).optional(),
    group_mapping: z.record(z.string(), oneOrMore).default({}),
    follow_group_source: z
      .union([
        z.boolean(),
        z.url({ protocol: /^https?$/ }).refine(isSafeAddress, 'https, save at localhost.'),
      ])
      .default(false),
    create_accounts: z.boolean().default(true),
    emails_are_verified: z.boolean().default(false),
    replaces_second_factor: z.boolean().default(false),
  })
  .refine(
    ({ client_secret, client_secret_file }) =>
      client_secret === undefined || client_secret_file === undefined,
    {
      path: ['client_secret'],
      message: 'Either client_secret or client_secret_file.',
    },
  )
  .refine(
    ({ groups_claim, group_mapping }) =>
      groups_claim !== undefined || Object.keys(group_mapping).length === 0,
    {
      path: ['group_mapping'],
      message: 'Takes a groups_claim.',
    },
  )
  .refine(
    ({ groups_claim, follow_group_source }) => groups_claim !== undefined || follow_group_source === false,
    {
      path: ['follow_group_source'],
      message: 'Takes a groups_claim.',
    },
  );

const listForm = z.strictObject({
  providers: z
    .array(providerForm)
    .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, 'Each id once.'),
});

export type ReadProviders = { ok: true; providers: Provider[] } | { ok: false; findings: string[] };

/** @param secretIn reads a file that the list names */
export function readProviders(list: unknown, secretIn: (file: string) => string): ReadProviders {
  const read = listForm.safeParse(list);
  if (!read.success)
    return {
      ok: false,
      findings: read.error.issues.map(
        ({ path, message }) => `${path.map(String).join('.') || 'the list'}: ${message}`,
      ),
    };
  return {
    ok: true,
    providers: read.data.providers.map((form) => ({
      id: form.id,
      name: form.name,
      issuer: form.issuer,
      clientId: form.client_id,
      clientSecret:
        form.client_secret ??
        (form.client_secret_file === undefined ? null : secretIn(form.client_secret_file)),
      clientAuthentication: form.client_authentication,
      scopes: form.scopes,
      groupsClaim: form.groups_claim ?? null,
      groupMapping: new Map(Object.entries(form.group_mapping)),
      followsGroupSource: form.follow_group_source !== false,
      groupSource: typeof form.follow_group_source === 'string' ? form.follow_group_source : null,
      createsAccounts: form.create_accounts,
      vouchesForEmails: form.emails_are_verified,
      replacesSecondFactor: form.replaces_second_factor,
    })),
  };
}

/** Of all that the mapping names, which the person shall be in and which not. */
export function mappedGroups(
  { groupMapping }: Provider,
  groups: readonly string[],
): { managed: string[]; wanted: string[] } {
  const managed = new Set([...groupMapping.values()].flat());
  const wanted = new Set(groups.flatMap((group) => groupMapping.get(group) ?? []));
  return { managed: [...managed], wanted: [...wanted] };
}

/** What we send secrets or tokens to. */
export function isSafeAddress(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return (
    protocol === 'https:' || hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
  );
}
