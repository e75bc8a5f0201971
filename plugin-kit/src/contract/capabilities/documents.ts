/** The protocol of the kind `documents`, version 1: texts that are found by words and read by id. */
import { z } from 'zod';

export const documentId = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[^\p{Cc}]+$/u, 'one line of text');
const link = z.url({ protocol: /^https?$/ }).max(2048);

export const documentsProtocol = {
  search: {
    input: z.object({
      query: z.string().max(1000),
      limit: z.int().min(1).max(100),
      cursor: z.string().max(2048).nullable(),
    }),
    answer: z.object({
      items: z
        .array(
          z.object({
            id: documentId,
            title: z.string().max(500),
            snippet: z.string().max(2000).default(''),
            url: link.nullable().default(null),
            updated_at: z.iso.datetime({ offset: true }).nullable().default(null),
          }),
        )
        .max(100),
      next_cursor: z.string().min(1).max(2048).nullable().default(null),
    }),
  },
  read: {
    input: z.object({ id: documentId }),
    answer: z.object({
      id: documentId,
      title: z.string().max(500),
      content_type: z.enum(['text/plain', 'text/markdown']).default('text/plain'),
      text: z.string().max(2 * 1024 * 1024),
      url: link.nullable().default(null),
    }),
  },
};
