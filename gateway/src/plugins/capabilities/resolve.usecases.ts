/**
 * From a workspace and a kind to the one capability that is meant: everything that a call needs, of one
 * picture.
 */
import { capabilityPath } from '@berth/plugin-kit/contract/capabilities/capability-spec.ts';
import type {
  CapabilityContext,
  CapabilityKind,
} from '@berth/plugin-kit/contract/capabilities/capability.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Sourced, WorkspacePermission } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { CompiledPlugin } from '../registry/snapshot.ts';
import type { Upstream } from '#platform/upstream/upstream.ts';
import { chooseSource, keyOf, optionsFor, type Choice } from './bindings.rules.ts';
import type { SeenCapability, Workspace } from './capabilities.types.ts';
import type { SeenUseCases } from './seen.usecases.ts';
import { permissionsOf, type WorkspaceUseCases } from './workspaces.usecases.ts';

export type ResolveNeeds = {
  seen: SeenUseCases;
  workspaces: Pick<WorkspaceUseCases, 'seenOne'>;
  /** @returns why the connection behind a wish cannot be used, in words; `null`: it can */
  connectionFault: (pluginId: string, name: string) => Promise<string | null>;
};

/** One request of a person. */
export type Asking = {
  who: Principal;
  org: string;
  /** Id or slug. */
  workspace: string;
  source: string | null;
  environment: string | null;
  requestId: string | undefined;
  signal: AbortSignal;
};

export type Resolved = {
  who: Principal;
  workspace: Workspace;
  /** `{plugin}/{capability}` */
  key: string;
  pluginId: string;
  label: string;
  writable: boolean;
  path: string;
  upstream: Upstream;
  compiled: CompiledPlugin;
  context: CapabilityContext;
  sourced: Sourced;
  requestId: string | undefined;
  signal: AbortSignal;
};

export type Resolve = (
  kind: CapabilityKind,
  permission: WorkspacePermission,
  asking: Asking,
) => Promise<Resolved>;

export function resolveUseCase({ seen, workspaces, connectionFault }: ResolveNeeds): Resolve {
  /** @throws Problem 400, 403, 404, 503 */
  return async (kind, permission, asking) => {
    const { who } = asking;
    const { org, workspace } = await workspaces.seenOne(who, asking.org, asking.workspace);
    if (!permissionsOf(who, workspace).includes(permission))
      throw new Problem('not-allowed', {
        detail: say`You need "${permission}" in the workspace "${workspace.name}".`,
      });
    const all = await seen.look();
    const bindings = (await seen.mergedOf(all, workspace)).filter((one) => one.kind === kind);
    const choice = chooseSource(bindings, asking.source);
    if (!choice.ok) throw refusalOf(choice, kind, asking.source);
    const { binding } = choice;
    if (who.deniedPlugins?.has(binding.pluginId)) throw new Problem('not-allowed');
    const capability = all.find(binding);
    const { live } = usable(capability, kind, binding.pluginId);
    const { plugin, spec } = live;
    const fault = spec.connection === undefined ? null : await connectionFault(plugin.id, spec.connection);
    if (fault !== null) throw new Problem('credentials-missing', { detail: fault });
    const key = keyOf(binding);
    const variables = {
      workspace_slug: workspace.slug,
      workspace_id: workspace.id,
      workspace_type_slug: workspace.type?.slug ?? null,
      org_slug: org.slug,
      environment: asking.environment,
    };
    const { requestId, signal, environment } = asking;
    const { slug, name, id, type } = workspace;
    return {
      who,
      workspace,
      key,
      pluginId: plugin.id,
      label: capability?.label ?? plugin.id,
      writable: spec.writable,
      path: capabilityPath(spec),
      upstream: { origin: plugin.origin, ca: plugin.ca },
      compiled: plugin.admitted.compiled,
      context: {
        org: org.slug,
        workspace: { id, slug, name, type: type?.slug ?? null },
        environment,
        capability: spec.id,
        options: optionsFor({
          ofCapability: [spec.default_options, capability?.record?.options ?? {}],
          layers: binding.layers,
          environment,
          variables,
        }),
      },
      sourced: { source: { source_id: key, label: capability?.label ?? plugin.id } },
      requestId,
      signal,
    };
  };
}

type Usable = SeenCapability & { live: NonNullable<SeenCapability['live']> };

/** @throws Problem 503 that says why what is bound cannot be used */
function usable(capability: SeenCapability | null, kind: string, pluginId: string): Usable {
  if (capability?.kind === kind && capability.state === 'available' && capability.live)
    return { ...capability, live: capability.live };
  const isOther = capability !== null && capability.kind !== kind;
  throw new Problem('capability-unavailable', {
    detail: (!isOther && capability?.detail) || say`The extension "${pluginId}" offers it no more.`,
    headers: { 'retry-after': '30' },
    extensions: { state: isOther ? 'unavailable' : (capability?.state ?? 'unavailable') },
  });
}

function refusalOf(choice: Choice & { ok: false }, kind: string, source: string | null): Problem {
  const sources = choice.among.map(keyOf);
  if (choice.reason === 'none')
    return new Problem('capability-not-bound', {
      detail: say`No capability of the kind "${kind}" is bound here.`,
    });
  if (choice.reason === 'unbound')
    return new Problem('capability-not-bound', {
      detail: say`"${source ?? ''}" is not bound here.`,
      extensions: { sources },
    });
  return new Problem('source-needed', {
    detail: say`Several are bound and none is the default: add ?source= with one of ${sources.join(', ')}.`,
    extensions: { sources },
  });
}
