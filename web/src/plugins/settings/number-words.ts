/** Numbers as the reader writes them: in some languages with a comma. What is saved has a point. */
import { type ExactNumber, isNumber, type Json } from '@berth/plugin-kit/contract/exact-json.ts';
import { decimalSign } from '@berth/plugin-kit/frame/words.ts';
import { locale } from '#words/words.ts';

export function numberWords(value: number | ExactNumber): string {
  return String(value).replace('.', decimalSign(locale()));
}

/** A value that is shown beside a box: a default, an example. */
export function valueWords(value: Json): string {
  return isNumber(value) ? numberWords(value) : String(value);
}
