/** The texts of the documents' page, in English and in the languages that have a whole catalogue. */
import { createWords } from '@berth/plugin-kit/frame/words.ts';

export { msg, type Message } from '@berth/plugin-kit/frame/words.ts';

const words = createWords({ de: async () => (await import('./de.json')).default });

export const { t, termOf, piecesOf, locale, speak } = words;
