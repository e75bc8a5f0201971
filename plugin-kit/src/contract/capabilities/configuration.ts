/** The protocol of the kind `configuration`, version 1: keys with values, some of them secret. */
import { z } from 'zod';

/** What a key may be called: no control characters, so that it stands in a path and in a log. */
export const configurationKey = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}]+$/u, 'one line of text');
export const configurationValue = z.string().max(64 * 1024);

export const configurationProtocol = {
  /** The names alone, never a value. */
  keys: {
    input: z.object({}),
    answer: z.object({
      keys: z
        .array(
          z.object({
            key: configurationKey,
            is_secret: z.boolean().default(false),
            /** In words of the service, such as `String` or `SecureString`. */
            data_type: z.string().max(64).nullable().default(null),
            updated_at: z.iso.datetime({ offset: true }).nullable().default(null),
          }),
        )
        .max(5000),
    }),
  },
  /** The values of these keys; of all where `keys` is null. A key that is not there is left out. */
  values: {
    input: z.object({ keys: z.array(configurationKey).max(1000).nullable() }),
    answer: z.object({ values: z.record(configurationKey, configurationValue) }),
  },
  set: {
    input: z.object({ key: configurationKey, value: configurationValue, is_secret: z.boolean() }),
    answer: z.object({}),
  },
  delete: { input: z.object({ key: configurationKey }), answer: z.object({}) },
};
