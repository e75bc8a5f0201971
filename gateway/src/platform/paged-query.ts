/** The parts of a query that every searched list takes alike. */
import { z } from 'zod';

/** Compatibility forms of a letter are one letter. */
export const searchText = z
  .string()
  .max(200)
  .default('')
  .transform((text) => text.normalize('NFKC').trim());

/** From 1. */
export const pageNumber = z.coerce.number().int().min(1).max(1_000_000).default(1);
