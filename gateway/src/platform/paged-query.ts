/** The parts of a query that every searched list takes alike. */
import { z } from 'zod';

/** Compatibility forms of a letter are one letter. */
export const searchText = z
  .string()
  .max(200)
  .default('')
  .transform((text) => text.normalize('NFKC').trim());

const firstMoment = Date.UTC(1970, 0, 1);
const lastMoment = Date.UTC(9999, 11, 31);

/** In milliseconds since the epoch; of the years that the database and its driver write alike. */
export const moment = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .refine((at) => at >= firstMoment && at <= lastMoment, 'A time from 1970 to 9999.');

/** From 1. */
export const pageNumber = z.coerce.number().int().min(1).max(1_000_000).default(1);
