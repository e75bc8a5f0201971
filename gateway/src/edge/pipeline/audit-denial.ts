/** Tells of somebody who is signed in and was not let through: for the audit, never on the way of what passes. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { Asked } from '#edge/http/answer.types.ts';
import type { Arrivals } from './client-info.ts';
import type { RequestHead } from '#edge/http/request-head.ts';

export type EdgeRefusal = {
  principal: Principal;
  pluginId: string;
  method: string;
  /** The declared route's pattern: a path may hold more than anybody should read. */
  route: string;
  status: number;
  /** The problem's type. */
  problem: string;
  address: string;
  requestId: string;
};

type Tools = Pick<Arrivals, 'readArrival'> & { onRefused: (refusal: EdgeRefusal) => void };
type Refused = {
  plugin: { id: string } | undefined;
  route: string | null;
  head: RequestHead;
  method: string;
  requestId: string;
};

/** A forged request, a key that is for something else, or a declared route of a plugin that is not theirs. */
export function tellRefusal(
  tools: Tools,
  req: Asked,
  { plugin, route, head, method, requestId }: Refused,
  principal: Principal | null,
  error: unknown,
): void {
  if (
    !principal ||
    !plugin ||
    route === null ||
    !(error instanceof Problem) ||
    (error.status !== 403 && error.type !== 'not-found')
  )
    return;
  const address = tools.readArrival(req.socket, head).clientAddress;
  tools.onRefused({
    principal,
    pluginId: plugin.id,
    method,
    route,
    status: error.status,
    problem: error.type,
    address,
    requestId,
  });
}
