/** In which language people hear what the gateway says. */
import { createSentences, type Spoken } from '@berth/plugin-kit/base/sentences.ts';
import type { Context } from 'hono';
import german from './de.json' with { type: 'json' };

export const sentences = createSentences({ de: german });

/** As the request asks for it by `accept-language`. */
export function spokenTo(c: Context): Spoken {
  return sentences.wantedBy(c.req.header('accept-language'));
}
