/** Tells the audit of a signed-in user's request that was denied. Requests that pass never come here. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { EdgeTools } from './edge-tools.types.ts';
import type { RequestContext } from './request-context.ts';
import { clientInfoOf } from './upstream-headers.ts';

/** A forged request, a key that is for something else, or a declared route of another user's plugin. */
export function auditDenial(
  tools: Pick<EdgeTools, 'readClientInfo' | 'onDenied'>,
  { request, head, plugin, pattern, requestId }: RequestContext,
  principal: Principal | null,
  error: unknown,
): void {
  if (!principal || !plugin || pattern === null || !(error instanceof Problem)) return;
  if (error.status !== 403 && error.type !== 'not-found') return;
  tools.onDenied({
    principal,
    pluginId: plugin.id,
    method: request.method,
    route: pattern,
    status: error.status,
    problem: error.type,
    address: clientInfoOf(tools, request, head).clientAddress,
    requestId,
  });
}
