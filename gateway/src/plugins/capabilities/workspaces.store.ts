import { isMissingRow } from '@berth/plugin-kit/base/prisma-errors.ts';
import {
  workspacePermissions,
  type WorkspacePermission,
} from '@berth/plugin-kit/contract/wire/capabilities.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import type { NewWorkspace, Workspace, WorkspacesStore } from './capabilities.types.ts';

const whole = {
  type: { select: { slug: true, name: true } },
  access: {
    select: { groupId: true, permissions: true, group: { select: { name: true } } },
    orderBy: { group: { name: 'asc' } },
  },
} as const;
const counted = { _count: { select: { workspaces: true } } } as const;

export function workspacesStore(prisma: PrismaClient): WorkspacesStore {
  return {
    org: (slug) => prisma.org.findUnique({ where: { slug } }),
    types: async (orgId) =>
      (
        await prisma.workspaceType.findMany({ where: { orgId }, include: counted, orderBy: { name: 'asc' } })
      ).map(toType),
    type: async (id) => {
      const row = await prisma.workspaceType.findUnique({ where: { id }, include: counted });
      return row && toType(row);
    },
    createType: async (orgId, form, at) =>
      (await prisma.workspaceType.create({ data: { ...form, orgId, updatedAt: at } })).id,
    updateType: async (id, form, at) =>
      (await prisma.workspaceType.updateMany({ where: { id }, data: { ...form, updatedAt: at } })).count ===
      1,
    removeType: async (id) => (await prisma.workspaceType.deleteMany({ where: { id } })).count === 1,
    workspaces: async (orgId) =>
      (await prisma.workspace.findMany({ where: { orgId }, include: whole, orderBy: { name: 'asc' } })).map(
        toWorkspace,
      ),
    workspace: async (of) => {
      const where = 'id' in of ? { id: of.id } : { orgId_slug: of };
      const row = await prisma.workspace.findUnique({ where, include: whole });
      return row && toWorkspace(row);
    },
    create: async (orgId, { access, ...form }, at) =>
      (
        await prisma.workspace.create({
          data: { ...form, orgId, updatedAt: at, access: { create: access.map(accessRow) } },
        })
      ).id,
    update: async (id, { access, ...form }, at) => {
      try {
        await prisma.workspace.update({
          where: { id },
          data: { ...form, updatedAt: at, access: { deleteMany: {}, create: access.map(accessRow) } },
        });
        return true;
      } catch (cause) {
        if (isMissingRow(cause)) return false;
        throw cause;
      }
    },
    remove: async (id) => (await prisma.workspace.deleteMany({ where: { id } })).count === 1,
  };
}

function accessRow({ groupId, permissions }: NewWorkspace['access'][number]) {
  return { groupId, permissions: [...permissions] };
}

type TypeRow = { id: string; slug: string; name: string; description: string; updatedAt: Date };

function toType({ _count: { workspaces }, ...row }: TypeRow & { _count: { workspaces: number } }) {
  const { id, slug, name, description, updatedAt } = row;
  return { id, slug, name, description, updatedAt, workspaces };
}

type WorkspaceRow = TypeRow & {
  typeId: string | null;
  type: { slug: string; name: string } | null;
  access: { groupId: string; permissions: string[]; group: { name: string } }[];
};

function toWorkspace(row: WorkspaceRow): Workspace {
  const { id, slug, name, description, typeId, type, updatedAt } = row;
  return {
    id,
    slug,
    name,
    description,
    typeId,
    type,
    updatedAt,
    access: row.access.map(({ groupId, permissions, group }) => ({
      groupId,
      groupName: group.name,
      permissions: permissions.filter(isPermission),
    })),
  };
}

function isPermission(text: string): text is WorkspacePermission {
  return workspacePermissions.some((known) => known === text);
}
