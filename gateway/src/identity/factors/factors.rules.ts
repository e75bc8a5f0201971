/** What the forms of this room must hold. */
import { z } from 'zod';

const base64url = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[A-Za-z0-9_-]+$/, 'Base64url.');
/** Judged where it is used; here only kept from being absurd. */
const password = z.string().max(16 * 1024);
const code = z.string().max(64);
const ticket = base64url(512);

/** Plain text on one line; people tell their passkeys apart by it. */
const passkeyName = z
  .string()
  .max(400)
  .transform((text) => text.normalize('NFC').trim())
  .refine((text) => text.length >= 1 && text.length <= 60, '1 to 60 characters.')
  .refine((text) => !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text), 'Plain text on one line.');

export const proofForm = z.strictObject({ password: password.optional() });
export const codeForm = z.strictObject({ code });
export const proofAndCodeForm = z.strictObject({ password: password.optional(), code });
export const newCodesForm = z.strictObject({ password: password.optional(), code: code.optional() });
export const choiceForm = z.strictObject({
  password: password.optional(),
  passkey_after_password: z.boolean(),
});

const transports = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;
const attachment = z.enum(['platform', 'cross-platform']).nullish().catch(null);

/** What `navigator.credentials.create()` gave, by `toJSON()`. What we have no use for is let be. */
export const newPasskeyForm = z.strictObject({
  name: passkeyName.optional(),
  credential: z.object({
    id: base64url(1400),
    rawId: base64url(1400),
    type: z.literal('public-key'),
    authenticatorAttachment: attachment,
    response: z.object({
      clientDataJSON: base64url(4096),
      attestationObject: base64url(16_384),
      transports: z
        .array(z.string())
        .max(16)
        .default([])
        .transform((given) => transports.filter((transport) => given.includes(transport))),
    }),
  }),
});
export type CreatedCredential = z.output<typeof newPasskeyForm>['credential'];

/** What `navigator.credentials.get()` gave. */
const assertion = z.object({
  id: base64url(1400),
  rawId: base64url(1400),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url(4096),
    authenticatorData: base64url(4096),
    signature: base64url(4096),
    userHandle: base64url(128).nullish(),
  }),
});
export type Assertion = z.output<typeof assertion>;

export const passkeySignInForm = z.strictObject({ credential: assertion });
export const passkeyChangeForm = z.strictObject({ name: passkeyName });

export const ticketForm = z.strictObject({ ticket });
/** A code of the app or a recovery code, in one field as in one input; or a passkey. */
export const secondStepForm = z.union([
  z.strictObject({ ticket, code }),
  z.strictObject({ ticket, credential: assertion }),
]);

/** The challenge that the browser says it signed; `null`: this is no client data. */
export function challengeIn(clientDataJSON: string): string | null {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'));
    return z.object({ challenge: z.string() }).parse(data).challenge;
  } catch {
    return null;
  }
}

/** What the app of an authenticator shows, whatever blanks people type between. `null`: it is none. */
export function readTotpCode(typed: string): string | null {
  const digits = typed.replaceAll(/\s/g, '');
  return /^\d{6}$/.test(digits) ? digits : null;
}
