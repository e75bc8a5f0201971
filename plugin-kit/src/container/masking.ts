/** Settings as they leave the container: masks instead of secrets, with a key behind those in rows. */
import { createHmac } from 'node:crypto';
import { canonicalText, isObject, type Json, type JsonObject } from '../contract/exact-json.ts';
import type { SettingsSchema } from '../contract/schema-places.ts';
import { secretMask, walkSecrets } from '../contract/secrets.ts';
import { isUnset } from '../contract/settings.ts';

export type Masked = {
  settings: JsonObject;
  /** The secret behind this key, among those of one pattern. */
  secretOf: (pattern: string, key: string) => Json | undefined;
};

/**
 * A key is an HMAC of the place's pattern, of the secret, and of how many equal ones stand before it: it stays while the
 * secret lives, wherever its row goes, and tells nothing of it, not even that two rows have the same one.
 * @param seed a random secret of the store's own; asked for when there is a secret in a row
 */
export function createMasking(
  schema: SettingsSchema,
  seed: () => Uint8Array,
): (settings: JsonObject) => Masked {
  let hmacKey: Uint8Array | null = null;
  const keyOf = (...parts: (string | number)[]): string =>
    createHmac('sha256', (hmacKey ??= seed()))
      .update(JSON.stringify(parts))
      .digest('base64url')
      .slice(0, 16);

  return (settings) => {
    const secrets = new Map<string, Json>();
    const twins = new Map<string, number>();
    const masked = walkSecrets(schema, settings, (secret, { pattern, isInRow, isItem }) => {
      if (isUnset(secret)) return isItem ? secret : undefined;
      if (!isInRow) return secretMask;
      const text = canonicalText(secret);
      const twin = `${pattern} ${text}`;
      const before = twins.get(twin) ?? 0;
      twins.set(twin, before + 1);
      const key = keyOf(pattern, text, before);
      secrets.set(`${pattern} ${key}`, secret);
      return `${secretMask}#${key}`;
    });
    return {
      settings: isObject(masked) ? masked : {},
      secretOf: (pattern, key) => secrets.get(`${pattern} ${key}`),
    };
  };
}
