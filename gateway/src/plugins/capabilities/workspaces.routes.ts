/** Workspaces for people: those that they have a permission in, and what each has of capabilities. */
import { capabilityKinds, isCapabilityKind } from '@berth/plugin-kit/contract/capabilities/capability.ts';
import type {
  WorkspaceDetail,
  WorkspaceList,
  WorkspaceSource,
} from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { Hono, type Context } from 'hono';
import type { Principal } from '#identity/access/principal.ts';
import { jsonInWords, spokenTo } from '#platform/words/spoken.ts';
import { sourceWire, summaryWire } from './capabilities.wire.ts';
import type { SeenUseCases } from './seen.usecases.ts';
import type { WorkspaceUseCases } from './workspaces.usecases.ts';

type Needs = {
  seen: SeenUseCases;
  workspaces: WorkspaceUseCases;
  principalOf: (c: Context) => Principal;
};

const noStore = { 'cache-control': 'no-store' };

export function workspacesRoutes({ seen, workspaces, principalOf }: Needs): Hono {
  return new Hono()
    .get('/api/orgs/:org/workspaces', async (c) => {
      const who = principalOf(c);
      const { org, items } = await workspaces.seenBy(who, c.req.param('org'));
      const list: WorkspaceList = {
        org: { slug: org.slug, name: org.name },
        items: items.map((one) => summaryWire(who, one)),
      };
      return c.json(list, 200, noStore);
    })
    .get('/api/orgs/:org/workspaces/:id', async (c) => {
      const who = principalOf(c);
      const { org, id } = c.req.param();
      const { workspace } = await workspaces.seenOne(who, org, id);
      const { language } = spokenTo(c);
      const all = await seen.look();
      const sources = Object.fromEntries(
        capabilityKinds.map((kind): [string, WorkspaceSource[]] => [kind, []]),
      );
      for (const binding of await seen.mergedOf(all, workspace))
        if (isCapabilityKind(binding.kind)) sources[binding.kind]?.push(sourceWire(binding, all, language));
      const { configuration = [], logs = [], documents = [], identity = [] } = sources;
      const detail: WorkspaceDetail = {
        ...summaryWire(who, workspace),
        sources: { configuration, logs, documents, identity },
      };
      return jsonInWords(c, detail, { headers: noStore });
    });
}
