import type { Context } from 'hono';
import type { AskUseCases } from '../ask.usecases.ts';
import type { Asking, Resolve } from '../resolve.usecases.ts';

/** What the routes of every kind stand on. */
export type KindNeeds = {
  resolve: Resolve;
  asks: AskUseCases;
  /** Who asks for what: workspace, `?source=` and `?environment=`. @throws Problem 422 */
  askingOf: (c: Context) => Asking;
  now: () => number;
};

export const workspacePath = '/api/orgs/:org/workspaces/:id';
export const noStore = { 'cache-control': 'no-store' };
