/** Why something was refused, as it is kept and told later: whole sentences, one for each wrong field. */
import type { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';

export function problemWords({ errors, message }: Problem): string {
  if (!errors || errors.length === 0) return message;
  return errors
    .map(({ pointer, detail }) => (pointer === '' ? detail : say`“${pointer.slice(1)}” ${detail}.`))
    .join(' ');
}
