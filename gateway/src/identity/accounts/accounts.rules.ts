/** What the forms of this room must hold. */
import { domainToASCII } from 'node:url';
import { pluginIdPattern } from '@berth/plugin-kit/contract/manifest.ts';
import { z } from 'zod';
import { pageNumber, searchText } from '#platform/paged-query.ts';
import { maxPasswordBytes } from './password-policy.rules.ts';
import { roles, themes, userOrders } from './accounts.types.ts';

/**
 * One spelling for one mailbox, wherever it is compared, limited or kept: full-width and other look-alikes that stand for the same
 * letters, any case, any composition; a domain of any script as the DNS spells it. What still is not plain ASCII afterwards
 * is no address here.
 */
export function canonicalEmail(email: string): string {
  // The database takes neither NUL nor half a surrogate pair, and no mailbox has them.
  const plain = email
    .toWellFormed()
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replaceAll(/\p{Cc}/gu, '\ufffd');
  const at = plain.lastIndexOf('@') + 1;
  const domain = plain.slice(at);
  return at === 0 || !/[^\x20-\x7e]/.test(domain)
    ? plain
    : plain.slice(0, at) + (domainToASCII(domain) || domain);
}

const email = z
  .string()
  .max(320)
  .transform(canonicalEmail)
  .pipe(z.email('This is no e-mail address.').max(254, 'At most 254 characters.'));

/** A person's name: any script, one line. */
const name = z
  .string()
  .max(400)
  .transform((text) => text.normalize('NFC').trim())
  .refine((text) => text.length <= 100, 'At most 100 characters.')
  // Marks that turn the direction of writing would let a name look like another one.
  .refine((text) => !/[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/u.test(text), 'Plain text on one line.');

const optionalName = name.transform((text) => (text === '' ? null : text)).nullish();

/** Judged by the policy where one is chosen; here only kept from being absurd. */
const password = z.string().max(16 * maxPasswordBytes);

export const setupForm = z.strictObject({ token: z.string().max(1024), email, password, name: optionalName });
const token = z.string().min(1).max(256);

export const registrationForm = z.strictObject({
  email,
  password,
  name: optionalName,
  invitation: token.optional(),
});
/** A spelling that is no address belongs to no account: the answer is the same. */
export const forgottenForm = z.strictObject({ email: z.string().max(1024).transform(canonicalEmail) });
export const resetForm = z.strictObject({ token, new_password: password });
export const verifyForm = z.strictObject({ token, password });
export const tokenOnlyForm = z.strictObject({ token });
export const invitationForm = z.strictObject({ email });
/** A wrong spelling is a wrong account: it gets the same answer as any other. */
export const signInForm = z.strictObject({ email: z.string().max(1024).transform(canonicalEmail), password });
/** OAuth 2 fields that we have no use for are let be. */
export const tokenForm = z.object({
  grant_type: z.literal('password').optional(),
  username: z.string().max(1024).transform(canonicalEmail),
  password,
});
/** RFC 6749, section 6. */
export const refreshForm = z.object({
  grant_type: z.literal('refresh_token'),
  refresh_token: z.string().max(256),
});
/** Who has no password yet gives none. */
export const passwordForm = z.strictObject({ current_password: password.optional(), new_password: password });

/** Without a password the person chooses the first one, by a link. */
export const newUserForm = z.strictObject({
  email,
  password: password.optional(),
  name: optionalName,
  is_superuser: z.boolean().default(false),
});
export const userChangeForm = z
  .strictObject({
    is_superuser: z.boolean().optional(),
    role: z.enum(roles).optional(),
    is_active: z.boolean().optional(),
    name: optionalName,
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'Nothing to change.')
  .refine(
    ({ role, is_superuser }) =>
      role === undefined || is_superuser === undefined || (role === 'admin') === is_superuser,
    {
      path: ['role'],
      message: 'It contradicts is_superuser.',
    },
  );

export const userQuery = z.object({
  q: searchText,
  page: pageNumber,
  page_size: z.coerce.number().int().min(1).max(200).default(50),
  /** A minus in front turns the order round. Whoever never signed in comes last. */
  sort: z.enum(userOrders).default('email'),
  is_superuser: z.stringbool().optional(),
  is_active: z.stringbool().optional(),
});

/** An empty text stands for "not chosen". What is absent stays as it was. */
export const profileForm = z.strictObject({
  full_name: name.optional(),
  /** The former name of the same. */
  display_name: name.optional(),
  phone: z
    .string()
    .max(64)
    .transform((text) => text.trim())
    .refine((text) => text === '' || isPhoneNumber(text), 'A phone number such as +41 44 668 18 00.')
    .optional(),
  locale: z
    .string()
    .max(35)
    .refine((tag) => tag === '' || isLocale(tag), 'A language tag such as en or de-CH.')
    .optional(),
  time_zone: z
    .string()
    .max(64)
    .refine((zone) => zone === '' || isTimeZone(zone), 'A time zone such as Europe/Zurich.')
    .optional(),
  theme: z.enum(themes).optional(),
  pinned_apps: z
    .array(z.string().regex(pluginIdPattern, 'The id of an app.'))
    .max(50, 'At most 50 apps.')
    .refine((ids) => new Set(ids).size === ids.length, 'Each app once.')
    .optional(),
});

/** What a person chose for the shell; the profile without what it says of them. */
export const preferencesForm = profileForm.pick({
  locale: true,
  time_zone: true,
  theme: true,
  pinned_apps: true,
});

/** Digits as people group them; fifteen at most (ITU-T E.164), and an extension. */
function isPhoneNumber(text: string): boolean {
  return /^\+?[\d ()./-]+$/.test(text) && /^\d{3,20}$/.test(text.replaceAll(/\D/g, ''));
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
