/** Exceptions to the manifest: listed, taken back, added. */
import {
  ActionIcon,
  Badge,
  Button,
  Group,
  NativeSelect,
  SegmentedControl,
  Select,
  Table,
  Text,
  VisuallyHidden,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import IconTrash from '@tabler/icons-react/dist/esm/icons/IconTrash.mjs';
import { useState } from 'react';
import type { Grant, GrantEffect } from '#api/access.ts';
import { request } from '#api/client.ts';
import type { Group as NamedGroup } from '#api/types.ts';
import { When } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { Dialog } from '#shell/dialog.tsx';
import { Email } from '#shell/email.tsx';
import { t } from '#words/words.ts';
import { ChangePreview, type PartProps, type WantedChange } from './people.tsx';
import { PersonSelect } from '../person-select.tsx';
import tableStyles from '#shell/table.module.css';
import textStyles from '#shell/text.module.css';

/** Every picture of who may what is old after a change. */
function useForget(pluginId: string) {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['admin-grants', pluginId] }),
      client.invalidateQueries({ queryKey: ['admin-why', pluginId] }),
      client.invalidateQueries({ queryKey: ['plugins'] }),
    ]);
}

export function GrantTable({ pluginId, path, grants }: PartProps & { grants: Grant[] }) {
  const forget = useForget(pluginId);
  const [asked, setAsked] = useState<Grant | null>(null);
  const remove = useMutation({
    mutationFn: (grant: Grant) => request(`${path}/grants/${grant.id}`, { method: 'DELETE' }),
    onSuccess: (_, grant) => tell(t('{name}: the manifest alone decides again', { name: nameOf(grant) })),
    onError: (error) => tellFailure(t('Nothing was changed'), error),
    onSettled: forget,
  });
  if (grants.length === 0) {
    return (
      <Text size="sm" c="dimmed" mb="md">
        {t('No exceptions yet: the manifest alone decides.')}
      </Text>
    );
  }
  return (
    <div
      className={tableStyles['wrap']}
      tabIndex={0}
      role="region"
      aria-label={t('Exceptions')}
      style={{ marginBottom: 16 }}
    >
      <Table className={tableStyles['cardsOnPhones']} verticalSpacing="sm" horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('Whom')}</Table.Th>
            <Table.Th>{t('Access')}</Table.Th>
            <Table.Th>{t('Added by')}</Table.Th>
            <Table.Th>
              <VisuallyHidden>{t('Actions')}</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {grants.map((grant) => (
            <Table.Tr key={grant.id}>
              <Table.Td data-head>
                <Text size="sm" fw={550} className={textStyles['breakable']}>
                  {nameOf(grant)}
                </Text>
                <Text size="xs" c="dimmed">
                  <Email>{grant.group ? t('Group') : (grant.user?.email ?? '')}</Email>
                </Text>
              </Table.Td>
              <Table.Td data-label={t('Access')}>
                <Badge className={textStyles['whole']} color={grant.effect === 'allow' ? 'teal' : 'red'}>
                  {grant.effect === 'allow' ? t('Allowed') : t('Denied')}
                </Badge>
              </Table.Td>
              <Table.Td data-label={t('Added by')} miw={150}>
                <Text size="sm" className={textStyles['breakable']}>
                  {grant.granted_by}, <When at={grant.created_at} />
                </Text>
              </Table.Td>
              <Table.Td ta="right" data-tools>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t('Take back: {name}', { name: nameOf(grant) })}
                  loading={remove.isPending && remove.variables.id === grant.id}
                  onClick={() => setAsked(grant)}
                >
                  <IconTrash size={18} />
                </ActionIcon>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {asked ? (
        <Dialog
          onClose={() => setAsked(null)}
          title={t('Take back the exception for {name}?', { name: nameOf(asked) })}
        >
          <ChangePreview pluginId={pluginId} path={path} change={takenBack(asked)} />
          <Group justify="flex-end" mt="md">
            <Button variant="default" onClick={() => setAsked(null)}>
              {t('Cancel')}
            </Button>
            <Button
              onClick={() => {
                setAsked(null);
                remove.mutate(asked);
              }}
            >
              {t('Take back')}
            </Button>
          </Group>
        </Dialog>
      ) : null}
    </div>
  );
}

function takenBack({ user, group }: Grant): WantedChange {
  return { kind: group ? 'group' : 'user', id: (group ?? user)?.id ?? '', effect: null };
}

export function AddGrant({ pluginId, path }: PartProps) {
  const forget = useForget(pluginId);
  const [kind, setKind] = useState<'user' | 'group'>('user');
  const [id, setId] = useState<string | null>(null);
  const [effect, setEffect] = useState<GrantEffect>('allow');
  const groups = useQuery({
    queryKey: ['admin-groups'],
    queryFn: async ({ signal }) =>
      (await request<{ items: NamedGroup[] }>('/api/admin/groups', { signal })).data.items,
    enabled: kind === 'group',
  });
  const put = useMutation({
    mutationFn: () =>
      request<Grant>(`${path}/grants`, { method: 'PUT', body: { [`${kind}_id`]: id, effect } }),
    onSuccess: ({ data }) => {
      const name = nameOf(data);
      tell(data.effect === 'allow' ? t('{name}: allowed', { name }) : t('{name}: denied', { name }));
      setId(null);
    },
    onError: (error) => tellFailure(t('Nothing was changed'), error),
    onSettled: forget,
  });
  return (
    <Group gap="sm" align="flex-end" role="group" aria-label={t('Say something new')}>
      <SegmentedControl
        aria-label={t('A person or a group')}
        value={kind}
        onChange={(next) => {
          setKind(next === 'group' ? 'group' : 'user');
          setId(null);
        }}
        data={[
          { value: 'user', label: t('Person') },
          { value: 'group', label: t('Group') },
        ]}
      />
      {kind === 'user' ? (
        <PersonSelect label={t('Person')} value={id} onChange={setId} />
      ) : (
        <Select
          label={t('Group')}
          placeholder={t('Choose a group')}
          searchable
          data={(groups.data ?? []).map((group) => ({ value: group.id, label: group.name }))}
          value={id}
          onChange={setId}
          nothingFoundMessage={t('No group is called that')}
          w={{ base: '100%', sm: 300 }}
        />
      )}
      <NativeSelect
        label={t('Access')}
        value={effect}
        onChange={(event) => setEffect(event.currentTarget.value === 'deny' ? 'deny' : 'allow')}
        data={[
          { value: 'allow', label: t('Allow') },
          { value: 'deny', label: t('Deny') },
        ]}
        w={{ base: '100%', sm: 110 }}
      />
      <Button disabled={id === null} loading={put.isPending} onClick={() => put.mutate()}>
        {t('Save')}
      </Button>
      <ChangePreview pluginId={pluginId} path={path} change={id === null ? null : { kind, id, effect }} />
    </Group>
  );
}

function nameOf({ user, group }: Grant): string {
  return group?.name ?? user?.name ?? '';
}
