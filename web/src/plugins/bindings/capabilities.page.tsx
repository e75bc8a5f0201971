/** What extensions offer to workspaces: where it is bound, its options, its state. */
import { ActionIcon, Badge, Button, Group, Stack, Switch, Table, Text } from '@mantine/core';
import type { Capability } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import IconPuzzleOff from '@tabler/icons-react/dist/esm/icons/IconPuzzleOff.mjs';
import IconTrash from '@tabler/icons-react/dist/esm/icons/IconTrash.mjs';
import { useState } from 'react';
import { ApiError } from '#api/client.ts';
import { generalError } from '#api/field-errors.ts';
import { capabilitiesQuery, changeCapability, removeCapability } from '#api/workspaces.ts';
import { capabilityStates, kindWords } from '#shell/capabilities/capability-words.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { Page } from '#shell/page.tsx';
import { PluginIcon } from '#shell/plugin-icon.tsx';
import { Failure, Loading, Notice } from '#shell/states.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { OptionsDialog } from './options-dialog.tsx';

type Open = { window: 'options' | 'remove'; capability: Capability } | null;

export function CapabilitiesPage() {
  const list = useQuery(capabilitiesQuery);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <Page
      title="Capabilities"
      above="Admin"
      lead="What extensions offer to workspaces. Several of one extension share its connection."
    >
      {list.isPending ? (
        <Loading rows={4} />
      ) : !list.data ? (
        <Failure
          what="The capabilities could not be listed"
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      ) : list.data.items.length === 0 ? (
        <Notice icon={IconPuzzleOff} title="No extension offers a capability">
          Extensions that offer something to workspaces declare it in their manifest.
        </Notice>
      ) : (
        <CapabilityTable items={list.data.items} onOpen={setOpen} />
      )}
      {open?.window === 'options' ? <CapabilityOptions capability={open.capability} onClose={close} /> : null}
      {open?.window === 'remove' ? <RemoveCapability capability={open.capability} onClose={close} /> : null}
    </Page>
  );
}

type TableProps = { items: readonly Capability[]; onOpen: (open: Open) => void };

function CapabilityTable({ items, onOpen }: TableProps) {
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label="Capabilities">
      <Table className="cards-on-phones" verticalSpacing="sm" horizontalSpacing="md" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Capability</Table.Th>
            <Table.Th>Kind</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Where</Table.Th>
            <Table.Th>Enabled</Table.Th>
            <Table.Th ta="right">Actions</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((capability) => (
            <CapabilityRow
              key={`${capability.plugin_id}/${capability.capability_id}`}
              capability={capability}
              onOpen={onOpen}
            />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function CapabilityRow({ capability, onOpen }: { capability: Capability; onOpen: TableProps['onOpen'] }) {
  const client = useQueryClient();
  const { label, plugin_id: pluginId, plugin_name: pluginName, kind, detail, connection } = capability;
  const state = capabilityStates[capability.state];
  const enable = useMutation({
    mutationFn: (enabled: boolean) => changeCapability(capability, { enabled }),
    onError: (error) => tellFailure('Nothing was changed', error),
    onSettled: () => client.invalidateQueries({ queryKey: ['admin-capabilities'] }),
  });
  return (
    <Table.Tr>
      <Table.Td data-head>
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <PluginIcon plugin={capability} size={24} />
          <div style={{ minWidth: 0 }}>
            <Text fw={550} className="breakable">
              {label}{' '}
              <Text span size="sm" c="dimmed" fw={400}>
                of {pluginName ?? pluginId}
              </Text>
            </Text>
            {capability.description === '' ? null : (
              <Text size="sm" c="dimmed" className="breakable">
                {capability.description}
              </Text>
            )}
          </div>
        </Group>
      </Table.Td>
      <Table.Td data-label="Kind">{kindWords(kind)}</Table.Td>
      <Table.Td data-label="State">
        <Stack gap={2} align="flex-start">
          <Badge color={state.color} className="whole">
            {state.label}
          </Badge>
          {detail === null ? null : (
            <Text size="sm" c="dimmed" className="breakable">
              {detail}
            </Text>
          )}
          {connection && !connection.is_bound ? (
            <Text size="sm" c="dimmed">
              No connection was given for “{connection.name}”.
            </Text>
          ) : null}
        </Stack>
      </Table.Td>
      <Table.Td data-label="Where">{whereWords(capability)}</Table.Td>
      <Table.Td data-label="Enabled">
        <Switch
          checked={capability.is_enabled}
          disabled={enable.isPending || capability.plugin_name === null}
          onChange={(event) => enable.mutate(event.currentTarget.checked)}
          aria-label={`Enabled: ${label} of ${pluginName ?? pluginId}`}
        />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => onOpen({ window: 'options', capability })}
            aria-label={`Options of ${label} of ${pluginName ?? pluginId}`}
          >
            Options
          </Button>
          <ActionIcon
            variant="subtle"
            color="red"
            onClick={() => onOpen({ window: 'remove', capability })}
            aria-label={`Delete ${label} of ${pluginName ?? pluginId}`}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function whereWords({ applies_to_all: isEverywhere, bound }: Capability): string {
  if (isEverywhere) return 'In every workspace';
  const types = bound.workspace_types === 1 ? '1 type' : `${bound.workspace_types} types`;
  const workspaces = bound.workspaces === 1 ? '1 workspace' : `${bound.workspaces} workspaces`;
  return `${types}, ${workspaces}`;
}

function CapabilityOptions({ capability, onClose }: { capability: Capability; onClose: () => void }) {
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (options: Capability['options']) => changeCapability(capability, { options }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['admin-capabilities'] });
      tell('Options saved');
      onClose();
    },
  });
  const errors = save.error instanceof ApiError ? save.error.errors : [];
  return (
    <OptionsDialog
      title={`Options of ${capability.label}`}
      action="Save options"
      schema={capability.options_schema}
      layers={{ options: capability.options, environments: {} }}
      beneath={capability.default_options}
      hasEnvironments={false}
      errors={errors}
      refusal={generalError(
        save.error,
        errors.map(({ pointer }) => pointer),
      )}
      isPending={save.isPending}
      onSave={({ options }) => save.mutate(options)}
      onClose={onClose}
    />
  );
}

/** The first answer says what binds it; only the second press takes it away there. */
function RemoveCapability({ capability, onClose }: { capability: Capability; onClose: () => void }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: (isForced: boolean) => removeCapability(capability, isForced),
    onSuccess: async () => {
      await Promise.all(
        ['admin-capabilities', 'admin-workspaces'].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      );
      tell(`${capability.label} was deleted`);
      onClose();
    },
  });
  const isBound = remove.error instanceof ApiError && remove.error.status === 409;
  const { workspace_types: types, workspaces } = capability.bound;
  return (
    <DialogForm
      title={`Delete ${capability.label}?`}
      action={isBound ? 'Unbind everywhere and delete' : 'Delete capability'}
      isDanger
      isPending={remove.isPending}
      refusal={isBound ? null : generalError(remove.error, [])}
      onSubmit={() => remove.mutate(isBound)}
      onClose={onClose}
    >
      <Text size="sm">
        Its options are forgotten. If its extension still offers it, it is found again as a new one.
      </Text>
      {isBound ? (
        <Text size="sm" role="alert" fw={550}>
          It is in use: {types === 1 ? '1 type' : `${types} types`} and{' '}
          {workspaces === 1 ? '1 workspace' : `${workspaces} workspaces`} bind it. They lose it at once.
        </Text>
      ) : null}
    </DialogForm>
  );
}
