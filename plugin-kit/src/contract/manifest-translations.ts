/**
 * The field of a manifest that holds its texts in further languages. It stands apart from `translations.ts`:
 * pages only look texts up, and load no schema library.
 */
import { z } from 'zod';
import { text } from './manifest-values.ts';
import { say } from './say.ts';

export const mostLanguages = 20;
export const mostTranslatedTexts = 2000;
const longest = 2000;

const language = z.string().regex(/^[a-z]{2,3}$/, 'a language such as de');
const wordsOfOne = z
  .record(z.string().min(1).max(longest), text(longest))
  .refine(
    (words) => Object.keys(words).length <= mostTranslatedTexts,
    say`at most ${mostTranslatedTexts} texts`,
  );

export const translationsField = z
  .record(language, wordsOfOne)
  .refine((all) => Object.keys(all).length <= mostLanguages, say`at most ${mostLanguages} languages`)
  .optional()
  .describe(
    'Texts of this manifest, its settings and its health (`detail`) in further languages: `{"de": {"Library": "Ablage"}}`. What has none is shown as it is.',
  );
