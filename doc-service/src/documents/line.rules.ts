/** Texts of one line, as people may say them. */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { z } from 'zod';

/** Control characters, those that turn the direction of a line, and the marks of a snippet. */
export const unshowable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ue000\ue001]/u;

/** One line: NFC, trimmed, blanks as one blank. */
export const line = (what: string, most: number) =>
  z
    .string('must be a text')
    .transform((given) => given.toWellFormed().normalize('NFC').replaceAll(/\s+/g, ' ').trim())
    .refine((text) => text !== '', say`${what} must not be empty`)
    .refine((text) => text.length <= most, say`${what} must have at most ${most} characters`)
    .refine((text) => !unshowable.test(text), say`${what} must have no control characters`);
