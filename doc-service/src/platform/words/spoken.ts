/** In which language people hear what the archive says. It keeps and logs English. */
import { createSentences } from '@berth/plugin-kit/base/sentences.ts';
import type { Say } from '@berth/plugin-kit/contract/say.ts';
import type { Context } from 'hono';
import german from './de.json' with { type: 'json' };

export const catalogues = { de: german };
const sentences = createSentences(catalogues);

/** As the request asks by `accept-language`. Routes say their sentences one by one, and never a value. */
export function sayTo(c: Context): Say {
  return sentences.wantedBy(c.req.header('accept-language')).say;
}

/** As `say`, where there may be nothing to say. */
export function sayOrNull(say: Say, sentence: string | null): string | null {
  return sentence === null ? null : say(sentence);
}
