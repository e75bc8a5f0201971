/** The history of settings as the gateway tells it. */
import type { Json } from '@berth/plugin-kit/contract/exact-json.ts';

export type PastChange = { pointer: string; secret?: true; before?: Json; after?: Json };
export type PastSave = {
  id: string;
  at: string;
  user: { id: string; email: string };
  outcome: 'sent' | 'saved' | 'refused' | 'failed';
  changes: PastChange[];
};
