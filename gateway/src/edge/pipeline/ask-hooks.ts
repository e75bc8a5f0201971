/** Asks the hooks about a request that Berth's own rule let pass; nothing of its body has been read yet. */
import type { Principal } from '#identity/access/principal.ts';
import { isSafeMethod } from '#edge/http/safe-methods.rules.ts';
import { auditDenial } from './audit-denial.ts';
import type { EdgeTools } from './edge-tools.types.ts';
import type { RouteDecision } from './route-decision.ts';
import type { RequestContext } from './request-context.ts';

type Admitted = { principal: Principal | null; pluginId: string; route: string; isSocket?: boolean };

/** What the hooks hear of a request that was let through. */
export function askedOf({ plugin, pattern, claim }: RouteDecision): Admitted {
  return { principal: claim?.principal ?? null, pluginId: plugin.id, route: pattern };
}

/**
 * At once where the hooks answer at once.
 * @throws Problem of the hook that does not let it pass; the audit hears of it as of any other denial
 */
export function askHooks(
  tools: Pick<EdgeTools, 'hooks' | 'readClientInfo' | 'onDenied'>,
  context: RequestContext,
  { principal, pluginId, route, isSocket = false }: Admitted,
): void | Promise<void> {
  const { method } = context.request;
  const refused = (error: unknown): never => {
    auditDenial(tools, context, principal, error);
    throw error;
  };
  try {
    const isRead = isSafeMethod(method) && !isSocket;
    const asking = tools.hooks.admit?.({ principal, pluginId, method, route, isRead });
    return asking instanceof Promise ? asking.catch(refused) : undefined;
  } catch (error) {
    return refused(error);
  }
}
