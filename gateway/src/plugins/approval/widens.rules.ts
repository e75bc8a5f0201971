/**
 * What a new manifest would be allowed that the present one is not. Formally: every dimension below is an
 * order, and the result is empty exactly when the new one is nowhere above the present one. So nothing widens
 * itself, and harmless after harmless is harmless.
 */
import { connectionNameOf, type ConnectionWish } from '@berth/plugin-kit/contract/manifest.ts';
import type { CapabilitySpec, Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import { isSchema, isSecret } from '@berth/plugin-kit/contract/schema-places.ts';
import { pointerTo } from '@berth/plugin-kit/contract/json-pointer.ts';
import type { AccessRule } from '@berth/plugin-kit/contract/rule.ts';
import type { FramePermission } from '@berth/plugin-kit/contract/shell-fields.ts';
import { groupNamesIn } from '../registry/compile.rules.ts';
import type { Difference } from '#plugins/registry/approving.types.ts';
import { looserClauses, ruleAsJson, unionOf } from './looser.rules.ts';
import { widerRoutes } from './wider-routes.rules.ts';

/** @param before `null`: nothing serves yet, so that everything is asked for anew */
export function widens(before: Manifest | null, after: Manifest): Difference[] {
  return [
    ...looser('/access', 'The extension itself', before?.access, after.access),
    ...widerRoutes(before ?? { access: undefined, routes: [] }, after),
    ...widerMounts(before?.mounts ?? [], after.mounts),
    ...widerPage(before?.ui, after.ui),
    ...widerSettings(before, after),
    ...widerNavigation(before, after),
    ...widerActions(before, after),
    ...moreTold(before, after),
    ...newConnections(before, after),
    ...newCapabilities(before, after),
  ];
}

function looser(
  pointer: string,
  place: string,
  before: AccessRule | undefined,
  after: AccessRule | undefined,
): Difference[] {
  const clauses = looserClauses(before, after);
  return clauses.length === 0
    ? []
    : [
        {
          pointer,
          what: `${place}: now also for ${clauses.join(', ')}`,
          before: ruleAsJson(before),
          after: ruleAsJson(after),
        },
      ];
}

/** A mount within an old one answers nothing that was not answered before. */
function widerMounts(before: readonly string[], after: readonly string[]): Difference[] {
  return after.flatMap((mount, index) =>
    before.some((old) => mount === old || mount.startsWith(`${old}/`))
      ? []
      : [
          {
            pointer: `/mounts/${index}`,
            what: `Answers at ${mount}, an address of the gateway's own space`,
            before: [...before],
            after: mount,
          },
        ],
  );
}

const modes = ['none', 'frame', 'tab'];

function widerPage(before: Manifest['ui'], after: Manifest['ui']): Difference[] {
  if (!after) return [];
  const folder = (entry: string): string => (entry.endsWith('/') ? entry : `${entry}/`);
  const isInside = before !== undefined && folder(after.entry).startsWith(folder(before.entry));
  const files: Difference[] = isInside
    ? []
    : [
        {
          pointer: '/ui/entry',
          what: `Shows a page: the files below ${folder(after.entry)}, to people with access`,
          before: before?.entry ?? null,
          after: after.entry,
        },
      ];
  const known = before?.permissions ?? [];
  const permissions = after.permissions.flatMap((permission, index): Difference[] =>
    known.includes(permission)
      ? []
      : [
          {
            pointer: `/ui/permissions/${index}`,
            what: `Its page may ${permissionWords[permission]}`,
            before: [...known],
            after: permission,
          },
        ],
  );
  const isFreer = modes.indexOf(after.mode) > modes.indexOf(before?.mode ?? 'none') && before !== undefined;
  return isFreer
    ? [
        ...files,
        ...permissions,
        {
          pointer: '/ui/mode',
          what: `Opens its page as "${after.mode}"`,
          before: before.mode,
          after: after.mode,
        },
      ]
    : [...files, ...permissions];
}

const permissionWords: Record<FramePermission, string> = {
  camera: 'use the camera, when the person agrees',
  microphone: 'use the microphone, when the person agrees',
  'clipboard-read': 'read the clipboard, when the person agrees',
  fullscreen: 'fill the whole screen',
};

function widerSettings(before: Manifest | null, after: Manifest): Difference[] {
  if (!after.settings_schema) return [];
  const rights = (['read', 'write'] as const).flatMap((wish) => {
    const [old, next] = [before?.settings_access[wish], after.settings_access[wish]];
    // Where both fall back on `access`, what there is to say is said there.
    if (before?.settings_schema && !old && !next) return [];
    const place = wish === 'read' ? 'Seeing its settings' : 'Changing its settings';
    return looser(
      `/settings_access/${wish}`,
      place,
      before?.settings_schema && (old ?? before.access),
      next ?? after.access,
    );
  });
  if (!before?.settings_schema)
    return [{ pointer: '/settings_schema', what: 'Has settings', before: null, after: true }, ...rights];
  const hidden = new Set(secretsIn(after.settings_schema, ''));
  const shown = secretsIn(before.settings_schema, '').filter((pointer) => !hidden.has(pointer));
  return [
    ...rights,
    ...shown.map((pointer) => ({
      pointer: `/settings_schema${pointer}`,
      what: 'A setting that was a secret is one no more',
      before: 'secret',
      after: null,
    })),
  ];
}

/** Places in a schema whose values never leave the gateway. */
function secretsIn(schema: unknown, at: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return [
    ...(isSchema(schema) && isSecret(schema) ? [at] : []),
    ...Object.entries(schema).flatMap(([key, inner]) => secretsIn(inner, `${at}${pointerTo([key])}`)),
  ];
}

/** Whoever may see any entry has the extension in their list: entries may move, and become fewer. */
function widerNavigation(before: Manifest | null, after: Manifest): Difference[] {
  const rules = (manifest: Manifest): (AccessRule | undefined)[] => [
    manifest.access,
    ...manifest.nav.map(({ access }) => access ?? manifest.access),
  ];
  const seen = unionOf(before ? rules(before) : []);
  return after.nav.flatMap(({ title, access }, index) =>
    access
      ? looser(
          `/nav/${index}/access`,
          `"${title}" in the sidebar`,
          unionOf([seen, ...(before ? [] : [after.access])]),
          access,
        )
      : [],
  );
}

function widerActions(before: Manifest | null, after: Manifest): Difference[] {
  return after.actions.flatMap((action, index) => {
    const old = before?.actions.find(({ id }) => id === action.id);
    if (old && !old.access && !action.access) return [];
    return looser(
      `/actions/${index}/access`,
      `The action "${action.title}"`,
      old && (old.access ?? before?.access),
      action.access ?? after.access,
    );
  });
}

const claimWords = {
  email: 'e-mail addresses',
  name: 'names',
  groups: 'memberships',
  all_groups: 'every group, not only those that the manifest names,',
  superuser: 'who is a superuser',
};

function moreTold(before: Manifest | null, after: Manifest): Difference[] {
  const known = before?.identity.claims ?? [];
  const claims = after.identity.claims.flatMap((claim, index) =>
    known.includes(claim)
      ? []
      : [
          {
            pointer: `/identity/claims/${index}`,
            what: `Is told ${claimWords[claim]} of the people who use it`,
            before: [...known],
            after: claim,
          },
        ],
  );
  // Only groups that the manifest names are told: naming one more tells more.
  const told = (manifest: Manifest | null): string[] =>
    manifest?.identity.claims.includes('groups') ? groupNamesIn(manifest) : [];
  const groups = told(after).filter((name) => !told(before).includes(name));
  if (groups.length === 0) return claims;
  const names = groups.map((name) => `"${name}"`).join(', ');
  return [
    ...claims,
    {
      pointer: '/identity/claims',
      what: `Is told who of the people who use it is in ${names}`,
      before: told(before),
      after: told(after),
    },
  ];
}

function newConnections(before: Manifest | null, after: Manifest): Difference[] {
  const known = before?.connections.map(connectionWords) ?? [];
  return after.connections.flatMap((wish, index) => {
    const words = connectionWords(wish);
    if (known.includes(words)) return [];
    const { reason } = wish;
    return [
      {
        pointer: `/connections/${index}`,
        what: `Wants a connection: ${words}${reason === '' ? '' : `: ${reason}`}`,
        before: known,
        after: words,
      },
    ];
  });
}

function connectionWords(wish: ConnectionWish): string {
  return `"${connectionNameOf(wish)}" of the kind "${wish.kind}"`;
}

/** A capability answers people that no rule of the manifest names: those that a workspace lets in. */
function newCapabilities(before: Manifest | null, after: Manifest): Difference[] {
  const known = before?.capabilities ?? [];
  return after.capabilities.flatMap((capability, index) => {
    const isKnown = known.some(
      ({ id, kind, connection, writable }) =>
        id === capability.id &&
        kind === capability.kind &&
        connection === capability.connection &&
        (writable || !capability.writable),
    );
    const words = capabilityWords(capability);
    const pointer = `/capabilities/${index}`;
    const what = `Offers workspaces a capability: ${words}`;
    return isKnown ? [] : [{ pointer, what, before: known.map(capabilityWords), after: words }];
  });
}

function capabilityWords({ id, kind, connection, writable }: CapabilitySpec): string {
  const through = connection === undefined ? '' : `, through the connection "${connection}"`;
  return `"${id}" of the kind "${kind}"${through}${writable ? ', that can be written' : ''}`;
}
