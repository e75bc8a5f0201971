/** Adds a workspace (`null`) or changes one: its names, its type, and what each group may do in it. */
import { ActionIcon, Group, MultiSelect, Select, Stack, Text } from '@mantine/core';
import {
  workspacePermissions,
  type AdminWorkspace,
  type WorkspaceAccess,
  type WorkspaceType,
} from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import type { Group as PeopleGroup } from '#api/types.ts';
import { saveWorkspace } from '#api/workspaces.ts';
import { permissionWords } from '#shell/capabilities/capability-words.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { tell } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import { slugOf } from './slug.ts';
import { NameFields } from './type-form.tsx';

type WorkspaceFormProps = {
  workspace: AdminWorkspace | null;
  types: readonly WorkspaceType[];
  onClose: () => void;
};

export function WorkspaceFormDialog({ workspace, types, onClose }: WorkspaceFormProps) {
  const client = useQueryClient();
  const [name, setName] = useState(workspace?.name ?? '');
  const [slug, setSlug] = useState(workspace?.slug ?? '');
  const [description, setDescription] = useState(workspace?.description ?? '');
  const [typeId, setTypeId] = useState(workspace?.type_id ?? null);
  const [access, setAccess] = useState<WorkspaceAccess[]>(
    (workspace?.access ?? []).map(({ group_id, permissions }) => ({ group_id, permissions })),
  );
  const save = useMutation({
    mutationFn: () =>
      saveWorkspace(workspace?.id ?? null, {
        name: name.trim(),
        slug: slug || slugOf(name),
        description,
        type_id: typeId,
        access: access.filter(({ permissions }) => permissions.length > 0),
      }),
    onSuccess: async () => {
      await Promise.all(
        ['admin-workspaces', 'workspaces'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      );
      tell(workspace ? t('Workspace saved') : t('Workspace added'));
      onClose();
    },
  });
  return (
    <DialogForm
      title={workspace ? t('Edit {name}', { name: workspace.name }) : t('Add a workspace')}
      action={workspace ? t('Save') : t('Add workspace')}
      isPending={save.isPending}
      refusal={generalError(save.error, ['/name', '/slug', '/description', '/type_id'])}
      closeOnClickOutside={false}
      onSubmit={save.mutate}
      onClose={onClose}
    >
      <NameFields
        {...{ name, slug, description, setName, setSlug, setDescription }}
        errorAt={(field) => errorFor(save.error, `/${field}`)}
      />
      <Select
        label={t('Type')}
        description={t('What is bound to the type is there in the workspace too.')}
        placeholder={t('No type')}
        data={types.map((type) => ({ value: type.id, label: type.name }))}
        value={typeId}
        clearable
        clearButtonProps={{ 'aria-label': t('No type') }}
        onChange={setTypeId}
        error={errorFor(save.error, '/type_id')}
      />
      <AccessFields access={access} setAccess={setAccess} known={workspace?.access ?? []} />
    </DialogForm>
  );
}

type AccessFieldsProps = {
  access: WorkspaceAccess[];
  setAccess: (next: WorkspaceAccess[]) => void;
  known: AdminWorkspace['access'];
};

function AccessFields({ access, setAccess, known }: AccessFieldsProps) {
  const groups = useQuery({
    queryKey: ['admin-groups'],
    queryFn: async ({ signal }) =>
      (await request<{ items: PeopleGroup[] }>('/api/admin/groups', { signal })).data.items,
  });
  const names = new Map([
    ...known.map(({ group_id, group_name }) => [group_id, group_name] as const),
    ...(groups.data ?? []).map(({ id, name }) => [id, name] as const),
  ]);
  const free = (groups.data ?? []).filter(({ id }) => access.every(({ group_id }) => group_id !== id));
  return (
    <Stack gap="xs" component="fieldset" p={0} m={0} style={{ border: 0 }}>
      <Text component="legend" size="sm" fw={550} p={0}>
        {t('Who may do what')}
      </Text>
      {access.map(({ group_id: id, permissions }) => (
        <Group key={id} wrap="nowrap" align="flex-end" gap="xs">
          <MultiSelect
            label={names.get(id) ?? t('A group')}
            style={{ flex: 1, minWidth: 0 }}
            data={workspacePermissions.map((value) => ({ value, label: t(permissionWords[value]) }))}
            value={permissions}
            onChange={(values) =>
              setAccess(
                access.map((one) =>
                  one.group_id === id
                    ? {
                        group_id: id,
                        permissions: workspacePermissions.filter((each) => values.includes(each)),
                      }
                    : one,
                ),
              )
            }
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('Take all rights from {group}', { group: names.get(id) ?? t('the group') })}
            onClick={() => setAccess(access.filter(({ group_id }) => group_id !== id))}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Select
        aria-label={t('Give rights to a group')}
        placeholder={free.length === 0 ? t('No further group') : t('Give rights to a group')}
        disabled={free.length === 0}
        searchable
        data={free.map(({ id, name }) => ({ value: id, label: name }))}
        value={null}
        onChange={(id) =>
          id && setAccess([...access, { group_id: id, permissions: ['configuration:read', 'logs:read'] }])
        }
      />
      <Text size="sm" c="dimmed">
        {t('Superusers may do everything.')}
      </Text>
    </Stack>
  );
}
