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
import { Answered } from '#shell/answered.tsx';
import { capabilityStates, kindWords } from '#shell/capabilities/capability-words.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { Page } from '#shell/page.tsx';
import { PluginIcon } from '#shell/plugin-icon.tsx';
import { Notice } from '#shell/states.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import { OptionsDialog } from './options-dialog.tsx';
import tableStyles from '#shell/table.module.css';
import textStyles from '#shell/text.module.css';

type Open = { window: 'options' | 'remove'; capability: Capability } | null;

export function CapabilitiesPage() {
  const list = useQuery(capabilitiesQuery);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <Page
      title={t('Capabilities')}
      above={t('Admin')}
      lead={t('What extensions offer to workspaces. Several of one extension share its connection.')}
    >
      <Answered query={list} what={t('The capabilities could not be listed')}>
        {(data) =>
          data.items.length === 0 ? (
            <Notice icon={IconPuzzleOff} title={t('No extension offers a capability')}>
              {t('Extensions that offer something to workspaces declare it in their manifest.')}
            </Notice>
          ) : (
            <CapabilityTable items={data.items} onOpen={setOpen} />
          )
        }
      </Answered>
      {open?.window === 'options' ? <CapabilityOptions capability={open.capability} onClose={close} /> : null}
      {open?.window === 'remove' ? <RemoveCapability capability={open.capability} onClose={close} /> : null}
    </Page>
  );
}

type TableProps = { items: readonly Capability[]; onOpen: (open: Open) => void };

function CapabilityTable({ items, onOpen }: TableProps) {
  return (
    <div className={tableStyles['wrap']} tabIndex={0} role="region" aria-label={t('Capabilities')}>
      <Table
        className={tableStyles['cardsOnPhones']}
        verticalSpacing="sm"
        horizontalSpacing="md"
        highlightOnHover
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('Capability')}</Table.Th>
            <Table.Th>{t('Kind')}</Table.Th>
            <Table.Th>{t('State')}</Table.Th>
            <Table.Th>{t('Where')}</Table.Th>
            <Table.Th>{t('Enabled')}</Table.Th>
            <Table.Th ta="right">{t('Actions')}</Table.Th>
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
    onError: (error) => tellFailure(t('Nothing was changed'), error),
    onSettled: () => client.invalidateQueries({ queryKey: ['admin-capabilities'] }),
  });
  return (
    <Table.Tr>
      <Table.Td data-head>
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <PluginIcon plugin={capability} size={24} />
          <div style={{ minWidth: 0 }}>
            <Text fw={550} className={textStyles['breakable']}>
              {label}{' '}
              <Text span size="sm" c="dimmed" fw={400}>
                {t('of {plugin}', { plugin: pluginName ?? pluginId })}
              </Text>
            </Text>
            {capability.description === '' ? null : (
              <Text size="sm" c="dimmed" className={textStyles['breakable']}>
                {capability.description}
              </Text>
            )}
          </div>
        </Group>
      </Table.Td>
      <Table.Td data-label={t('Kind')}>{kindWords(kind)}</Table.Td>
      <Table.Td data-label={t('State')}>
        <Stack gap={2} align="flex-start">
          <Badge color={state.color} className={textStyles['whole']}>
            {t(state.label)}
          </Badge>
          {detail === null ? null : (
            <Text size="sm" c="dimmed" className={textStyles['breakable']}>
              {detail}
            </Text>
          )}
          {connection && !connection.is_bound ? (
            <Text size="sm" c="dimmed">
              {t('No connection was given for “{name}”.', { name: connection.name })}
            </Text>
          ) : null}
        </Stack>
      </Table.Td>
      <Table.Td data-label={t('Where')}>{whereWords(capability)}</Table.Td>
      <Table.Td data-label={t('Enabled')}>
        <Switch
          checked={capability.is_enabled}
          disabled={enable.isPending || capability.plugin_name === null}
          onChange={(event) => enable.mutate(event.currentTarget.checked)}
          aria-label={t('Enabled: {label} of {plugin}', { label, plugin: pluginName ?? pluginId })}
        />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => onOpen({ window: 'options', capability })}
            aria-label={t('Options of {label} of {plugin}', {
              label,
              plugin: pluginName ?? pluginId,
            })}
          >
            {t('Options')}
          </Button>
          <ActionIcon
            variant="subtle"
            color="red"
            onClick={() => onOpen({ window: 'remove', capability })}
            aria-label={t('Delete {label} of {plugin}', { label, plugin: pluginName ?? pluginId })}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function whereWords({ applies_to_all: isEverywhere, bound }: Capability): string {
  if (isEverywhere) return t('In every workspace');
  const types = t('{count, plural, one {1 type} other {# types}}', { count: bound.workspace_types });
  const workspaces = t('{count, plural, one {1 workspace} other {# workspaces}}', {
    count: bound.workspaces,
  });
  return `${types}, ${workspaces}`;
}

function CapabilityOptions({ capability, onClose }: { capability: Capability; onClose: () => void }) {
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (options: Capability['options']) => changeCapability(capability, { options }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['admin-capabilities'] });
      tell(t('Options saved'));
      onClose();
    },
  });
  const errors = save.error instanceof ApiError ? save.error.errors : [];
  return (
    <OptionsDialog
      title={t('Options of {label}', { label: capability.label })}
      action={t('Save options')}
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
      tell(t('{label} was deleted', { label: capability.label }));
      onClose();
    },
  });
  const isBound = remove.error instanceof ApiError && remove.error.status === 409;
  const { workspace_types: types, workspaces } = capability.bound;
  return (
    <DialogForm
      title={t('Delete {label}?', { label: capability.label })}
      action={isBound ? t('Unbind everywhere and delete') : t('Delete capability')}
      isDanger
      isPending={remove.isPending}
      refusal={isBound ? null : generalError(remove.error, [])}
      onSubmit={() => remove.mutate(isBound)}
      onClose={onClose}
    >
      <Text size="sm">
        {t('Its options are forgotten. If its extension still offers it, it is found again as a new one.')}
      </Text>
      {isBound ? (
        <Text size="sm" role="alert" fw={550}>
          {t('It is in use: {types} and {workspaces} bind it. They lose it at once.', {
            types: t('{count, plural, one {1 type} other {# types}}', { count: types }),
            workspaces: t('{count, plural, one {1 workspace} other {# workspaces}}', { count: workspaces }),
          })}
        </Text>
      ) : null}
    </DialogForm>
  );
}
