/** The protocol of the kind `identity`, version 1: people and groups of a service, looked up by words. */
import { z } from 'zod';

const wanted = z.object({
  query: z.string().max(200),
  limit: z.int().min(1).max(100),
  cursor: z.string().max(2048).nullable(),
});
const id = z.string().min(1).max(256);
const link = z.url({ protocol: /^https?$/ }).max(2048);
const next = { next_cursor: z.string().min(1).max(2048).nullable().default(null) };

export const identityProtocol = {
  people: {
    input: wanted,
    answer: z.object({
      items: z
        .array(
          z.object({
            id,
            name: z.string().max(200),
            email: z.string().max(254).nullable().default(null),
            url: link.nullable().default(null),
          }),
        )
        .max(100),
      ...next,
    }),
  },
  groups: {
    input: wanted,
    answer: z.object({
      items: z
        .array(z.object({ id, name: z.string().max(200), description: z.string().max(500).default('') }))
        .max(100),
      ...next,
    }),
  },
};
