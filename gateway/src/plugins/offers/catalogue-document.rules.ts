/** A signed catalogue of known containers: its form, its signatures, and which of two copies counts. */
import { pluginIdPattern } from '@berth/plugin-kit/contract/manifest.ts';
import { z } from 'zod';
import { isSignedBy, signJson } from './signature.rules.ts';

export const cataloguePurpose = 'berth-catalogue-1';
export const entryPurpose = 'berth-catalogue-entry-1';
export const publicKeyPattern = /^[A-Za-z0-9_-]{43}$/;
export const maxCatalogueBytes = 2 * 1024 * 1024;

/** No control characters, and no bidi overrides that would show another text than the one that is signed. */
const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u, 'text of one line, without control characters');
const key = z.string().regex(publicKeyPattern, 'an Ed25519 public key: 43 characters of base64url');
const signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/, 'an Ed25519 signature: 86 characters of base64url');
const slug = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'lower-case letters, digits and dashes');

const entryFields = {
  id: z.string().regex(pluginIdPattern),
  name: text(60),
  version: text(40),
  summary: text(300),
  icon: slug.default('puzzle'),
  homepage: z
    .url({ protocol: /^https$/ })
    .max(300)
    .optional(),
  publisher: z.strictObject({ name: text(80), key: key.optional() }),
  /**
   * What runs: an image with its digest, or a source folder beside the compose file and a target in its
   * Dockerfile.
   */
  image: z
    .string()
    .max(400)
    .regex(
      /^[a-z0-9][a-z0-9._/:-]*@sha256:[0-9a-f]{64}$/,
      'an image with its digest: name:tag@sha256:… (64 hexadecimal digits)',
    )
    .optional(),
  build: z.strictObject({ context: text(200), target: slug.optional() }).optional(),
  command: z.array(text(200)).max(20).optional(),
  port: z.int().min(1).max(65_535),
  approve: z.enum(['auto', 'first', 'always']).default('first'),
  variables: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Z][A-Z0-9_]{0,60}$/),
        description: text(300),
        default: z
          .string()
          .max(300)
          .regex(/^[^\p{Cc}]*$/u)
          .optional(),
        is_required: z.boolean().default(false),
        is_secret: z.boolean().default(false),
      }),
    )
    .max(40)
    .default([]),
  volumes: z
    .array(
      z.strictObject({ name: slug, path: z.string().regex(/^\/[\w./-]{1,200}$/), description: text(300) }),
    )
    .max(10)
    .default([]),
  asks_for: z
    .strictObject({
      access: text(200),
      connections: z
        .array(z.strictObject({ name: text(60), kind: text(40), reason: text(300) }))
        .max(20)
        .default([]),
      capabilities: z.array(text(40)).max(20).default([]),
    })
    .default({
      access: 'Superusers alone, until its manifest says more.',
      connections: [],
      capabilities: [],
    }),
  /** By the publisher's own key, over the entry without this member. */
  signature: signature.optional(),
};

export const catalogueEntry = z
  .strictObject(entryFields)
  .refine(({ image, build }) => (image === undefined) !== (build === undefined), {
    path: ['image'],
    message: 'either image, with its digest, or build',
  });

const catalogueBody = z.strictObject({
  format: z.literal(1),
  name: text(80),
  /** Grows with each issue: a smaller one is never taken in place of a larger one. */
  serial: z.int().min(1),
  issued_at: z.iso.datetime(),
  entries: z.array(catalogueEntry).max(500),
});

const envelope = z.strictObject({ catalogue: z.unknown(), key, signature });

export type CatalogueEntry = z.output<typeof catalogueEntry>;
export type Catalogue = z.output<typeof catalogueBody>;

export type CatalogueReading =
  | { ok: true; catalogue: Catalogue; problems: string[] }
  | { ok: false; detail: string };

/**
 * Reads a catalogue that must be signed by one key. An entry with a wrong signature of its publisher is left
 * out.
 */
export function readCatalogue(json: string, trustedKey: string): CatalogueReading {
  if (json.length > maxCatalogueBytes) return refused('it is larger than 2 MiB');
  const outer = envelope.safeParse(parsed(json));
  if (!outer.success) return refused(`it is not a signed catalogue: ${wordsOf(outer.error)}`);
  const { catalogue: signed, key: by, signature } = outer.data;
  if (by !== trustedKey) return refused('it is signed with another key than the one that is trusted here');
  if (!isSignedBy(trustedKey, signature, signed, cataloguePurpose))
    return refused('its signature does not fit: it was changed after it was signed');
  const body = catalogueBody.safeParse(signed);
  if (!body.success) return refused(`it does not have the form of a catalogue: ${wordsOf(body.error)}`);
  const problems: string[] = [];
  const seen = new Set<string>();
  const entries = body.data.entries.filter((entry, index) => {
    const fault = seen.has(entry.id)
      ? 'stands twice; the first counts'
      : faultOf(entry, rawEntry(signed, index));
    seen.add(entry.id);
    if (fault !== null) problems.push(`${entry.id} ${fault}`);
    return fault === null;
  });
  return { ok: true, catalogue: { ...body.data, entries }, problems };
}

/** @returns the document as it is published @throws TypeError naming what is wrong in it */
export function signCatalogue(body: unknown, privateKeyPem: string, publicKey: string): string {
  const read = catalogueBody.safeParse(body);
  if (!read.success) throw new TypeError(wordsOf(read.error));
  const signed = {
    catalogue: body,
    key: publicKey,
    signature: signJson(body, cataloguePurpose, privateKeyPem),
  };
  return `${JSON.stringify(signed, null, 2)}\n`;
}

export type Issue = { serial: number; document: string };

/** @returns why the newer reading must not take the place of the one that is kept; `null`: it may */
export function whyNotNewer(kept: Issue | null, serial: number, document: string): string | null {
  if (kept === null || serial > kept.serial) return null;
  if (serial < kept.serial) return `its serial ${serial} is older than ${kept.serial}, which was seen before`;
  return canonical(document) === canonical(kept.document)
    ? null
    : `it has another content than before under the same serial ${serial}`;
}

function canonical(document: string): string {
  return JSON.stringify(parsed(document));
}

function faultOf(entry: CatalogueEntry, raw: unknown): string | null {
  const { key: publisherKey } = entry.publisher;
  if (publisherKey === undefined)
    return entry.signature ? 'is signed, and names no key of its publisher' : null;
  if (entry.signature === undefined) return 'names a key of its publisher and is not signed with it';
  const { signature: _, ...signed } =
    typeof raw === 'object' && raw !== null ? { signature: '', ...raw } : { signature: '' };
  return isSignedBy(publisherKey, entry.signature, signed, entryPurpose)
    ? null
    : "does not fit its publisher's signature";
}

/** As it was signed, before anything was filled in. */
function rawEntry(signed: unknown, index: number): unknown {
  const entries =
    typeof signed === 'object' && signed !== null && 'entries' in signed && Array.isArray(signed.entries)
      ? signed.entries
      : [];
  return entries[index];
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function wordsOf(error: z.ZodError): string {
  const issue = error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const path = [...(issue?.path ?? []), ...unknown].map(String).join('/');
  return `/${path}: ${unknown.length > 0 ? 'this field is not known here' : (issue?.message ?? 'is wrong')}`;
}

function refused(detail: string): CatalogueReading {
  return { ok: false, detail };
}
