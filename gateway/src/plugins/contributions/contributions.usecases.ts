/**
 * Asks extensions for what they give to the shell, as the person who looks, bounded in time, bytes and
 * number.
 */
import { identityHeaders } from '@berth/plugin-kit/contract/identity.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Dispatcher } from 'undici';
import type { Principal } from '#identity/access/principal.ts';
import { requestBounded } from '#platform/bounded-request.ts';
import { failureProblem } from '#platform/upstream/failure-words.ts';
import { isServed, type CompiledPlugin, type Snapshot } from '../registry/snapshot.ts';
import { visiblePlugin, type Visible } from '../registry/visible.rules.ts';
import { readGuardedJson } from '../schema/guarded-json.rules.ts';
import { identityFor } from '../settings/identity.rules.ts';
import {
  badgesIn,
  filled,
  itemsIn,
  widgetIn,
  type ShellItem,
  type WidgetData,
} from './contributions.rules.ts';

export type ContributionsNeeds = {
  snapshot: () => Snapshot;
  /** The way to the plugin's container. */
  dispatcherOf: (pluginId: string) => Dispatcher | undefined;
  signAssertion: (principal: Principal, pluginId: string) => string | Promise<string>;
};

export type Asker = { who: Principal; requestId: string | undefined; signal: AbortSignal };
type Contributed = CompiledPlugin['contributions'];

const timeoutMs = 3000;
const maxBytes = 256 * 1024;
const maxValues = 5000;
/** Questions to one container at once; more are refused, and the shell asks again later. */
const maxAtOnce = 16;

export function contributionsUseCases(needs: ContributionsNeeds) {
  const underWay = new Map<string, number>();

  /** @throws Problem 404 where the plugin has no such thing, or none for this person */
  function contributedBy<Part>(
    who: Principal,
    id: string,
    pick: (contributed: Contributed) => (Part & { mayAsk: CompiledPlugin['maySee'] }) | undefined,
  ): { plugin: Visible; part: Part } {
    const plugin = visiblePlugin(needs.snapshot(), id, who);
    const part = plugin && pick(plugin.admitted.compiled.contributions);
    if (!plugin || !part?.mayAsk(who)) throw new Problem('not-found');
    return { plugin, part };
  }

  async function ask(plugin: Visible, path: string, { who, requestId, signal }: Asker): Promise<unknown> {
    const { id } = plugin;
    const dispatcher = needs.dispatcherOf(id);
    if (!dispatcher || !isServed(plugin))
      throw new Problem('plugin-offline', { headers: { 'retry-after': '5' } });
    const running = underWay.get(id) ?? 0;
    if (running >= maxAtOnce) throw new Problem('too-many-requests', { headers: { 'retry-after': '2' } });
    underWay.set(id, running + 1);
    try {
      const assertion = await needs.signAssertion(who, id);
      const answer = await requestBounded(dispatcher, {
        method: 'GET',
        path,
        headers: {
          ...identityFor(who, plugin.admitted.compiled, assertion),
          ...(requestId === undefined ? {} : { [identityHeaders.requestId]: requestId }),
          accept: 'application/json',
        },
        timeoutMs,
        maxBytes,
        signal,
      });
      if (!answer.ok && answer.failure !== 'too-large') throw failureProblem(answer.failure, 'The extension');
      if (!answer.ok) throw unusable(`more than ${maxBytes} bytes`);
      // The container knows its people better than its manifest says.
      if (answer.status === 403 || answer.status === 404) throw new Problem('not-found');
      if (answer.status !== 200) throw unusable(`status ${answer.status}`);
      const json = readGuardedJson(answer.body, maxValues);
      if (!json.ok) throw unusable(json.detail);
      return json.value;
    } finally {
      const left = (underWay.get(id) ?? 1) - 1;
      if (left <= 0) underWay.delete(id);
      else underWay.set(id, left);
    }
  }

  return {
    /** @throws Problem 404, 429, 502, 503, 504 */
    badges: async (asker: Asker, id: string): Promise<Record<string, number>> => {
      const { plugin, part } = contributedBy(asker.who, id, ({ badges }) => badges);
      const shown = plugin.admitted.compiled.nav.filter(({ maySee }) => maySee(asker.who));
      const counts = badgesIn(
        await ask(plugin, part.field.path, asker),
        shown.map(({ item }) => item.id),
      );
      if (!counts) throw unusable('no object of numbers');
      return counts;
    },
    /**
     * What is not theirs to search is not there, whatever the question says: so the right is asked before the
     * question is read.
     * @throws Problem 404; the search itself 429, 502, 503, 504
     */
    search: (asker: Asker, id: string) => {
      const { plugin, part } = contributedBy(asker.who, id, ({ search }) => search);
      return async (wish: { q: string; limit: number }): Promise<ShellItem[]> => {
        const { field } = part;
        const answer = await ask(plugin, addressOf(field.path, field.query, wish), asker);
        const found = itemsIn(answer, field, wish.limit);
        if (!found) throw unusable('no list of results');
        return found;
      };
    },
    /** @throws Problem 404, 429, 502, 503, 504 */
    widget: async (asker: Asker, id: string, widgetId: string): Promise<WidgetData> => {
      const { plugin, part } = contributedBy(asker.who, id, ({ widgets }) =>
        widgets.find(({ field }) => field.id === widgetId),
      );
      const { field } = part;
      const data = widgetIn(await ask(plugin, addressOf(field.path, field.query, {}), asker), field);
      if (!data) throw unusable('the template of the widget cannot be filled from it');
      return data;
    },
  };
}

function addressOf(path: string, query: Readonly<Record<string, string>>, values: object): string {
  const written = Object.entries(query).map(([name, template]) => [name, filled(template, values)]);
  return written.length === 0 ? path : `${path}?${new URLSearchParams(written).toString()}`;
}

function unusable(what: string): Problem {
  return new Problem('bad-gateway', { detail: say`The extension gave no usable answer: ${what}.` });
}
