/** What models used, as the documents API tells of it. */
import { amount, entries, isRecord, words } from './json.ts';
import type { Used } from '../model/format.ts';

export type Usage = {
  days: number;
  items: { model: string | null; documents: number; questions: number; failed: number; used: Used }[];
};

export function readUsage(json: unknown): Usage {
  const body = isRecord(json) ? json : {};
  return {
    days: amount(body['days']),
    items: entries(body['items']).map((one) => ({
      model: words(one['model']),
      documents: amount(one['documents']),
      questions: amount(one['questions']),
      failed: amount(one['failed']),
      used: readUsed(one),
    })),
  };
}

export function readUsed(body: Readonly<Record<string, unknown>>): Used {
  const costs = entries(body['costs']).flatMap(({ amount: sum, currency }) =>
    typeof currency === 'string' && /^[A-Z]{3}$/.test(currency) ? [{ amount: amount(sum), currency }] : [],
  );
  return { tokens: amount(body['tokens']), costs };
}
