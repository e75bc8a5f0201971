/** Workspace types and workspaces: who may do what in them, and the way to what is bound. */
import { ActionIcon, Anchor, Badge, Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import type { AdminWorkspace, WorkspaceType } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { useQuery } from '@tanstack/react-query';
import IconLayoutGrid from '@tabler/icons-react/dist/esm/icons/IconLayoutGrid.mjs';
import IconTrash from '@tabler/icons-react/dist/esm/icons/IconTrash.mjs';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { adminWorkspacesQuery, workspaceTypesQuery } from '#api/workspaces.ts';
import { Answered, bothAnswered } from '#shell/answered.tsx';
import { Page } from '#shell/page.tsx';
import { Notice } from '#shell/states.tsx';
import { locale, t } from '#words/words.ts';
import { RemoveOwner } from './remove-owner.tsx';
import { TypeForm } from './type-form.tsx';
import { WorkspaceFormDialog } from './workspace-form.tsx';
import tableStyles from '#shell/table.module.css';
import textStyles from '#shell/text.module.css';

type Open =
  | { window: 'type'; type: WorkspaceType | null }
  | { window: 'workspace'; workspace: AdminWorkspace | null }
  | { window: 'remove'; kind: 'workspaces' | 'workspace-types'; id: string; name: string }
  | null;

export function WorkspacesAdminPage() {
  const types = useQuery(workspaceTypesQuery);
  const workspaces = useQuery(adminWorkspacesQuery);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const add = (
    <Button onClick={() => setOpen({ window: 'workspace', workspace: null })}>{t('Add workspace')}</Button>
  );
  return (
    <Page
      title={t('Manage workspaces')}
      above={t('Admin')}
      lead={t('What extensions offer is bound to types and to workspaces. Groups get rights in a workspace.')}
      action={workspaces.data && workspaces.data.length > 0 ? add : null}
    >
      <Answered query={bothAnswered(types, workspaces)} what={t('The workspaces could not be listed')}>
        {([types, workspaces]) => (
          <Stack gap="xl">
            {workspaces.length === 0 ? (
              <Notice icon={IconLayoutGrid} title={t('There is no workspace yet')} action={add}>
                {t('A workspace is a project, a customer or a team.')}
              </Notice>
            ) : (
              <Workspaces workspaces={workspaces} types={types} onOpen={setOpen} />
            )}
            <Types types={types} onOpen={setOpen} />
          </Stack>
        )}
      </Answered>
      {open?.window === 'type' ? <TypeForm type={open.type} onClose={close} /> : null}
      {open?.window === 'workspace' ? (
        <WorkspaceFormDialog workspace={open.workspace} types={types.data ?? []} onClose={close} />
      ) : null}
      {open?.window === 'remove' ? (
        <RemoveOwner owner={{ kind: open.kind, id: open.id }} name={open.name} onClose={close} />
      ) : null}
    </Page>
  );
}

type OnOpen = (open: Open) => void;

function Workspaces({
  workspaces,
  types,
  onOpen,
}: {
  workspaces: readonly AdminWorkspace[];
  types: readonly WorkspaceType[];
  onOpen: OnOpen;
}) {
  return (
    <div className={tableStyles['wrap']} tabIndex={0} role="region" aria-label={t('Workspaces')}>
      <Table
        className={tableStyles['cardsOnPhones']}
        verticalSpacing="sm"
        horizontalSpacing="md"
        highlightOnHover
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('Workspace')}</Table.Th>
            <Table.Th>{t('Type')}</Table.Th>
            <Table.Th>{t('Groups with rights')}</Table.Th>
            <Table.Th ta="right">{t('Actions')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {workspaces.map((workspace) => (
            <Table.Tr key={workspace.id}>
              <Table.Td data-head>
                <NameCell {...workspace} />
              </Table.Td>
              <Table.Td data-label={t('Type')}>
                {types.find(({ id }) => id === workspace.type_id)?.name ?? t('No type')}
              </Table.Td>
              <Table.Td data-label={t('Groups with rights')}>
                <Group gap={4}>
                  {workspace.access.length === 0 ? t('Superusers alone') : null}
                  {workspace.access.map(({ group_id: id, group_name: name }) => (
                    <Badge key={id} color="gray" tt="none">
                      {name}
                    </Badge>
                  ))}
                </Group>
              </Table.Td>
              <Table.Td>
                <Actions
                  name={workspace.name}
                  bindings={`/admin/workspaces/${workspace.id}/bindings`}
                  onEdit={() => onOpen({ window: 'workspace', workspace })}
                  onRemove={() =>
                    onOpen({ window: 'remove', kind: 'workspaces', id: workspace.id, name: workspace.name })
                  }
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Types({ types, onOpen }: { types: readonly WorkspaceType[]; onOpen: OnOpen }) {
  return (
    <section aria-labelledby="types">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="types">
          {t('Types')}
        </Title>
        <Button variant="default" onClick={() => onOpen({ window: 'type', type: null })}>
          {t('Add type')}
        </Button>
      </Group>
      {types.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('There is no type yet. What is bound to a type is there in all its workspaces.')}
        </Text>
      ) : (
        <div className={tableStyles['wrap']} tabIndex={0} role="region" aria-label={t('Types')}>
          <Table
            className={tableStyles['cardsOnPhones']}
            verticalSpacing="sm"
            horizontalSpacing="md"
            highlightOnHover
          >
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('Type')}</Table.Th>
                <Table.Th ta="right">{t('Workspaces')}</Table.Th>
                <Table.Th ta="right">{t('Actions')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {types.map((type) => (
                <Table.Tr key={type.id}>
                  <Table.Td data-head>
                    <NameCell {...type} />
                  </Table.Td>
                  <Table.Td data-label={t('Workspaces')} ta="right">
                    {type.workspaces.toLocaleString(locale())}
                  </Table.Td>
                  <Table.Td>
                    <Actions
                      name={type.name}
                      bindings={`/admin/workspace-types/${type.id}/bindings`}
                      onEdit={() => onOpen({ window: 'type', type })}
                      onRemove={() =>
                        onOpen({ window: 'remove', kind: 'workspace-types', id: type.id, name: type.name })
                      }
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </section>
  );
}

function NameCell({ name, slug, description }: { name: string; slug: string; description: string }) {
  return (
    <div style={{ minWidth: 0 }}>
      <Text fw={550} className={textStyles['breakable']}>
        {name}{' '}
        <Text span size="sm" c="dimmed" className={textStyles['mono']} fw={400}>
          {slug}
        </Text>
      </Text>
      {description === '' ? null : (
        <Text size="sm" c="dimmed" className={textStyles['breakable']}>
          {description}
        </Text>
      )}
    </div>
  );
}

type ActionsProps = { name: string; bindings: string; onEdit: () => void; onRemove: () => void };

function Actions({ name, bindings, onEdit, onRemove }: ActionsProps) {
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      <Anchor component={Link} to={bindings} size="sm" aria-label={t('Bindings of {name}', { name })}>
        {t('Bindings')}
      </Anchor>
      <Button variant="subtle" size="compact-sm" onClick={onEdit} aria-label={t('Edit {name}', { name })}>
        {t('Edit')}
      </Button>
      <ActionIcon variant="subtle" color="red" onClick={onRemove} aria-label={t('Remove {name}', { name })}>
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}
