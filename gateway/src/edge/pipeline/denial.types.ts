/** What the audit is told of a signed-in user's request that was denied. */
import type { Principal } from '#identity/access/principal.ts';

export type Denial = {
  principal: Principal;
  pluginId: string;
  method: string;
  /** The declared route's pattern: a path may hold more than the audit should keep. */
  route: string;
  status: number;
  /** The problem's type. */
  problem: string;
  address: string;
  requestId: string;
};
