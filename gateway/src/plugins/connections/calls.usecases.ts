/** One call of a container: whether it may, with what, and what it came to. */
import { connectionNameOf, type ConnectionWish } from '@berth/plugin-kit/contract/manifest.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { ConnectionState } from '@berth/plugin-kit/contract/connections.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import type { CallLimits } from './call-limits.ts';
import { costOf, isAllowed, monthOf, servedKinds } from './connections.rules.ts';
import type { Connection, ConnectionsStore, Grant } from './connections.types.ts';
import type { ModelOutcome } from './failure.rules.ts';

export type CallNeeds = {
  store: Pick<ConnectionsStore, 'binding' | 'bindings' | 'find' | 'all' | 'spentSince' | 'noteUse'>;
  snapshot: () => Snapshot;
  limits: CallLimits;
  /** @returns `null`: none is set. @throws Problem 503 where it cannot be opened */
  secretOf: (connection: Connection) => string | null;
  now: () => number;
  log: Logger;
};

export type Permit = {
  grant: Grant;
  secret: string | null;
  /** Gives the place back and notes what was used; the first word counts. */
  end: (outcome: ModelOutcome) => void;
  /** Nothing was sent: only the place is given back. */
  abandon: () => void;
};

export type CallUseCases = ReturnType<typeof callUseCases>;

export function callUseCases({ store, snapshot, limits, secretOf, now, log }: CallNeeds) {
  const { wishesOf, grantOf } = grantsIn(store, snapshot);

  /** @throws Problem 402 */
  const refuseOverBudget = async ({ id, name, options }: Connection): Promise<void> => {
    const { monthly_tokens: maxTokens, monthly_cost: maxCost } = options.limits;
    if (maxTokens === null && maxCost === null) return;
    const { tokens, cost } = await store.spentSince(id, monthOf(now()));
    const detail = overBudget(name, options, { tokens, cost }).join(' ');
    if (detail !== '') throw new Problem('budget-reached', { detail });
  };

  const note = ({ connection, pluginId }: Grant, { outcome, model, tokens }: ModelOutcome, tookMs: number) =>
    store.noteUse({
      connectionId: connection.id,
      connectionName: connection.name,
      pluginId,
      model,
      inputTokens: tokens.input,
      outputTokens: tokens.output,
      cost: costOf(connection.options, tokens.input, tokens.output),
      currency: connection.options.price.currency,
      tookMs,
      outcome,
      at: new Date(now()),
    });

  return {
    /** @returns why the connection behind a wish cannot be used, in words; `null`: it can */
    faultOf: async (pluginId: string, name: string): Promise<string | null> => {
      const grant = await grantOf(pluginId, name);
      if (!grant) return `No connection stands behind "${name}".`;
      try {
        secretOf(grant.connection);
        return null;
      } catch (error) {
        if (error instanceof Problem) return error.message;
        throw error;
      }
    },

    /** What a container asked for and what stands behind it, for itself. */
    statesOf: async (pluginId: string): Promise<ConnectionState[]> =>
      Promise.all(
        wishesOf(pluginId).map(async (wish) => {
          const name = connectionNameOf(wish);
          const options = (await grantOf(pluginId, name))?.connection.options;
          const model = wish.kind === 'ai.embeddings' ? options?.embedding_model : options?.model;
          return {
            name,
            kind: wish.kind,
            is_bound: options !== undefined,
            is_local: options?.is_local ?? false,
            model: model ?? null,
          };
        }),
      ),

    /**
     * @param request path below the connection, raw
     * @throws Problem 402 budget, 404 not bound or not for this kind, 405, 409 not local, 429 rate or places,
     *   503 key is gone
     */
    permit: async (pluginId: string, name: string, request: CallRequest): Promise<Permit> => {
      const grant = await grantOf(pluginId, name);
      if (!grant)
        throw new Problem('connection-not-bound', {
          detail: say`"${name}" has no connection. A superuser gives one: Admin, Connections.`,
        });
      const { connection } = grant;
      refuseDisallowed(grant, request);
      const secret = secretOf(connection);
      await refuseOverBudget(connection);
      const key = `${connection.id} ${pluginId}`;
      const { requests_per_minute: perMinute, max_concurrent: maxConcurrent } = connection.options.limits;
      const giveBack = limits.takePlace(key, maxConcurrent);
      if (!giveBack)
        throw tooMany(`"${name}" has ${maxConcurrent} calls under way, and no more may be at once.`, 1);
      const waitSeconds = await limits.waitSeconds(key, perMinute);
      if (waitSeconds > 0) {
        giveBack();
        throw tooMany(`"${name}" takes ${perMinute} calls a minute.`, waitSeconds);
      }
      const since = now();
      let isOver = false;
      return {
        grant,
        secret,
        abandon: () => {
          isOver = true;
          giveBack();
        },
        end: (outcome) => {
          if (isOver) return;
          isOver = true;
          giveBack();
          note(grant, outcome, Math.max(0, now() - since)).catch((err: unknown) =>
            log.error({ err, connection: connection.name, plugin: pluginId }, 'a use was not noted'),
          );
          if (outcome.outcome !== 'ok' && outcome.outcome !== 'left')
            log.warn(
              { connection: connection.name, plugin: pluginId, failure: outcome.outcome },
              'a call of a connection failed',
            );
        },
      };
    },
  };
}

/** What a container wishes for, and what was given to it. */
function grantsIn(store: Pick<ConnectionsStore, 'binding' | 'find'>, snapshot: () => Snapshot) {
  const wishesOf = (pluginId: string): readonly ConnectionWish[] => {
    const plugin = snapshot().plugins.get(pluginId);
    return plugin?.state === 'disabled' ? [] : (plugin?.admitted?.manifest.connections ?? []);
  };

  const grantOf = async (pluginId: string, name: string): Promise<Grant | null> => {
    const wish = wishesOf(pluginId).find((one) => connectionNameOf(one) === name);
    const binding = wish ? await store.binding(pluginId, name) : null;
    // What was given for one kind is not given for another.
    if (!wish || binding?.kind !== wish.kind) return null;
    const connection = await store.find(binding.connectionId);
    if (!connection || !servedKinds(connection.options).includes(wish.kind)) return null;
    return { pluginId, name, kind: wish.kind, connection };
  };

  return { wishesOf, grantOf };
}

type CallRequest = { method: string; path: string; isLocalOnly: boolean };

/** @throws Problem 404, 405, 409 */
function refuseDisallowed({ name, kind, connection }: Grant, request: CallRequest): void {
  const allowed = isAllowed(kind, connection.options, request);
  if (!allowed.ok && allowed.reason === 'path')
    throw new Problem('not-found', { detail: say`"${name}" serves nothing at ${request.path}.` });
  if (!allowed.ok) throw new Problem('method-not-allowed', { headers: { allow: allowed.allow.join(', ') } });
  if (request.isLocalOnly && !connection.options.is_local)
    throw new Problem('conflict', {
      detail: say`"${name}" leads outside of the network. Nothing was sent.`,
    });
}

/** What is over, a sentence for each. */
function overBudget(
  name: string,
  { limits, price: { currency } }: Connection['options'],
  { tokens, cost }: { tokens: number; cost: number },
) {
  const { monthly_tokens: maxTokens, monthly_cost: maxCost } = limits;
  const spent = cost.toFixed(2);
  return [
    ...(maxTokens !== null && tokens >= maxTokens
      ? [say`The connection "${name}" has used ${tokens} of ${maxTokens} tokens of this month.`]
      : []),
    ...(maxCost !== null && cost >= maxCost
      ? [say`The connection "${name}" has used ${spent} of ${maxCost} ${currency} of this month.`]
      : []),
  ];
}

function tooMany(detail: string, seconds: number): Problem {
  return new Problem('too-many-requests', { detail, headers: { 'retry-after': String(seconds) } });
}
