/**
 * Workspace types and workspaces: made by superusers, seen by members of the groups that have a permission
 * there.
 */
import { isForeignKeyViolation, isUniqueViolation } from '@berth/plugin-kit/base/prisma-errors.ts';
import { Problem, type FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import {
  workspacePermissions,
  type WorkspacePermission,
} from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { z } from 'zod';
import type { Principal } from '#identity/access/principal.ts';
import type {
  NewWorkspace,
  NewWorkspaceType,
  Org,
  Workspace,
  WorkspacesStore,
} from './capabilities.types.ts';

export type WorkspacesNeeds = {
  store: WorkspacesStore;
  changed: () => void;
  /** What the workspace's bindings would lack under another type. */
  faultsOfTypeChange: (id: string, from: string | null, to: string | null) => Promise<FieldError[]>;
  now: () => number;
};
export type WorkspaceUseCases = ReturnType<typeof workspaceUseCases>;

/** Made by the migration; the admin routes are about this one. */
const firstOrg = 'default';

export function workspaceUseCases({ store, changed, faultsOfTypeChange, now }: WorkspacesNeeds) {
  const org = async (slug: string): Promise<Org> => {
    const found = isSlug(slug) ? await store.org(slug) : null;
    if (!found) throw new Problem('not-found', { detail: 'There is no such organization.' });
    return found;
  };
  const ownOrg = (): Promise<Org> => org(firstOrg);
  const at = (): Date => new Date(now());

  const type = async (id: string) => {
    const found = isUuid(id) ? await store.type(id) : null;
    if (!found) throw new Problem('not-found', { detail: 'There is no such workspace type.' });
    return found;
  };
  const workspace = async (id: string): Promise<Workspace> => {
    const found = isUuid(id) ? await store.workspace({ id }) : null;
    if (!found) throw new Problem('not-found', { detail: 'There is no such workspace.' });
    return found;
  };
  const refuseUnknownType = async (typeId: string | null): Promise<void> => {
    if (typeId !== null && !(await store.type(typeId)))
      throw new Problem('invalid', {
        errors: [{ pointer: '/type_id', detail: 'There is no such workspace type.' }],
      });
  };
  const saving = async <Saved>(save: () => Promise<Saved>): Promise<Saved> => {
    try {
      const saved = await save();
      changed();
      return saved;
    } catch (cause) {
      throw refusalOf(cause) ?? cause;
    }
  };

  return {
    types: async () => store.types((await ownOrg()).id),
    type,
    createType: async (form: NewWorkspaceType) => {
      const { id } = await ownOrg();
      return type(await saving(() => store.createType(id, form, at())));
    },
    changeType: async (id: string, form: Change<NewWorkspaceType>) => {
      const before = await type(id);
      await saving(() => store.updateType(id, namesOf(before, form), at()));
      return type(id);
    },
    /** @throws Problem 404, 409 while workspaces have it */
    removeType: async (id: string): Promise<string> => {
      const { slug, workspaces } = await type(id);
      const inUse = new Problem('conflict', { detail: say`${workspaces} workspaces are of this type.` });
      if (workspaces > 0) throw inUse;
      try {
        await store.removeType(id);
      } catch (cause) {
        throw isForeignKeyViolation(cause) ? inUse : cause;
      }
      changed();
      return slug;
    },

    workspaces: async () => store.workspaces((await ownOrg()).id),
    workspace,
    create: async (form: NewWorkspace): Promise<Workspace> => {
      await refuseUnknownType(form.typeId);
      const { id } = await ownOrg();
      return workspace(await saving(() => store.create(id, form, at())));
    },
    change: async (id: string, form: Change<NewWorkspace>): Promise<Workspace> => {
      const before = await workspace(id);
      if (form.typeId !== undefined) await refuseUnknownType(form.typeId);
      const access = (form.access ?? before.access).map(({ groupId, permissions }) => ({
        groupId,
        permissions,
      }));
      const typeId = form.typeId === undefined ? before.typeId : form.typeId;
      const errors = typeId === before.typeId ? [] : await faultsOfTypeChange(id, before.typeId, typeId);
      if (errors.length > 0) throw new Problem('invalid', { errors: errors.slice(0, 50) });
      await saving(() => store.update(id, { ...namesOf(before, form), typeId, access }, at()));
      return workspace(id);
    },
    remove: async (id: string): Promise<string> => {
      const { slug } = await workspace(id);
      await store.remove(id);
      changed();
      return slug;
    },

    /** @returns the id behind a slug; what was given where no workspace has it */
    idOf: async (idOrSlug: string): Promise<string> => {
      if (!isSlug(idOrSlug)) return idOrSlug;
      const { id: orgId } = await ownOrg();
      return (await store.workspace({ orgId, slug: idOrSlug }))?.id ?? idOrSlug;
    },

    /** @throws Problem 404 for an unknown organization */
    seenBy: async (who: Principal, orgSlug: string): Promise<{ org: Org; items: Workspace[] }> => {
      const found = await org(orgSlug);
      const items = await store.workspaces(found.id);
      return { org: found, items: items.filter((one) => permissionsOf(who, one).length > 0) };
    },
    /**
     * @param id or slug @throws Problem 404 for one that is not there, or that the caller may do nothing in
     */
    seenOne: async (
      who: Principal,
      orgSlug: string,
      id: string,
    ): Promise<{ org: Org; workspace: Workspace }> => {
      const found = await org(orgSlug);
      const one = await (isUuid(id)
        ? store.workspace({ id })
        : isSlug(id) && store.workspace({ orgId: found.id, slug: id }));
      if (!one || permissionsOf(who, one).length === 0) throw new Problem('not-found');
      return { org: found, workspace: one };
    },
  };
}

/** What a person may do in a workspace: everything as a superuser, else what their groups may. */
export function permissionsOf(
  who: Pick<Principal, 'isSuperuser' | 'groupIds'>,
  { access }: Pick<Workspace, 'access'>,
): WorkspacePermission[] {
  if (who.isSuperuser) return [...workspacePermissions];
  const own = new Set(access.flatMap((one) => (who.groupIds.has(one.groupId) ? one.permissions : [])));
  return workspacePermissions.filter((permission) => own.has(permission));
}

type Change<Form> = { [Key in keyof Form]?: Form[Key] | undefined };

function namesOf(before: NewWorkspaceType, form: Change<NewWorkspaceType>): NewWorkspaceType {
  return {
    slug: form.slug ?? before.slug,
    name: form.name ?? before.name,
    description: form.description ?? before.description,
  };
}

/** What is none names nothing, and is not for the database. */
function isSlug(text: string): boolean {
  return /^[a-z][a-z0-9-]{0,62}$/.test(text);
}

function isUuid(text: string): boolean {
  return z.uuid().safeParse(text).success;
}

/** What the database refuses, as the fields that are wrong. */
function refusalOf(cause: unknown): Problem | null {
  if (isUniqueViolation(cause))
    return new Problem('conflict', {
      detail: 'Another one has this slug.',
      errors: [{ pointer: '/slug', detail: 'Another one has this slug.' }],
    });
  if (isForeignKeyViolation(cause))
    return new Problem('invalid', {
      errors: [{ pointer: '/access', detail: 'A group or the type is not there any more.' }],
    });
  return null;
}
