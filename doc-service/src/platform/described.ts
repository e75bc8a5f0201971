/** What a room says of its routes, for the service's OpenAPI. */
import type { z } from 'zod';

export type Described = {
  summary: string;
  /** Each member is a parameter of the address. */
  query?: z.ZodType;
  /** Of the request, as JSON. */
  body?: z.ZodType;
  isBodyOptional?: boolean;
  /** Of a body that is no JSON. */
  bodyMedia?: string;
  /** The name of the file in a form; `file` by itself. */
  filePart?: string;
  /** As JSON. */
  answer?: z.ZodType;
  /** Of an answer that is no JSON. */
  media?: string;
  /** When it was done; 200 by itself. */
  status?: number;
  /**
   * Refusals beside those that follow from the rest: an unknown caller, what is not there, what cannot be
   * read.
   */
  problems?: readonly number[];
};
/** By method and path: `GET /documents`. */
export type Descriptions = Readonly<Record<string, Described>>;
