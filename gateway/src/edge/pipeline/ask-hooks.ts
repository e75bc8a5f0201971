/** Asks the hooks about a request that Berth's own rule let pass; nothing of its body has been read yet. */
import type { Principal } from '#identity/access/principal.ts';
import { auditDenial } from './audit-denial.ts';
import type { EdgeTools } from './edge-tools.types.ts';
import type { RequestContext } from './request-context.ts';

type Admitted = { principal: Principal | null; pluginId: string; route: string; isSocket?: boolean };

/** @throws Problem of the hook that does not let it pass; the audit hears of it as of any other denial */
export async function askHooks(
  tools: Pick<EdgeTools, 'hooks' | 'readClientInfo' | 'onDenied'>,
  context: RequestContext,
  { principal, pluginId, route, isSocket = false }: Admitted,
): Promise<void> {
  const { method } = context.request;
  const isSafe = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  try {
    await tools.hooks.admit?.({ principal, pluginId, method, route, isRead: isSafe && !isSocket });
  } catch (error) {
    auditDenial(tools, context, principal, error);
    throw error;
  }
}
