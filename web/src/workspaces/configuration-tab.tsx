/** Keys of the configuration. A value is never in the list: it is fetched on demand. */
import { ActionIcon, Badge, Button, Code, Group, Table, Text, TextInput } from '@mantine/core';
import type { ConfigurationKey, WorkspacePermission } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { useMutation, useQuery } from '@tanstack/react-query';
import IconKey from '@tabler/icons-react/dist/esm/icons/IconKey.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import IconTrash from '@tabler/icons-react/dist/esm/icons/IconTrash.mjs';
import { useState } from 'react';
import { configurationQuery, revealValues, type Place } from '#api/capability-calls.ts';
import { Loading, Notice } from '#shell/states.tsx';
import { When } from '#shell/times.tsx';
import { tellFailure } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import { CapabilityFailure } from './capability-failure.tsx';
import { DeleteKey, SetKey } from './key-dialogs.tsx';
import tableStyles from '#shell/table.module.css';
import textStyles from '#shell/text.module.css';

type ConfigurationTabProps = {
  place: Place;
  permissions: readonly WorkspacePermission[];
  isWritable: boolean;
};

type Open = { window: 'set' | 'delete'; key: ConfigurationKey } | { window: 'add' } | null;

export function ConfigurationTab({ place, permissions, isWritable }: ConfigurationTabProps) {
  const list = useQuery(configurationQuery(place));
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [open, setOpen] = useState<Open>(null);
  const [words, setWords] = useState('');
  const mayReveal = permissions.includes('configuration:reveal');
  const mayWrite = isWritable && permissions.includes('configuration:write');
  const reveal = useMutation({
    mutationFn: (keys: readonly string[] | null) => revealValues(place, keys),
    onSuccess: (found) => setValues((old) => ({ ...old, ...found })),
    onError: (error) => tellFailure(t('Nothing was revealed'), error),
  });
  const hide = (key: string) =>
    setValues((old) => Object.fromEntries(Object.entries(old).filter(([name]) => name !== key)));
  const changed = (key: string) => {
    hide(key);
    setOpen(null);
    void list.refetch();
  };
  if (list.isPending) return <Loading rows={4} />;
  if (!list.data)
    return (
      <CapabilityFailure
        what={t('The configuration could not be read')}
        error={list.error}
        onRetry={() => void list.refetch()}
      />
    );
  const keys = list.data.keys.filter(({ key }) => key.toLowerCase().includes(words.trim().toLowerCase()));
  const add = <Button onClick={() => setOpen({ window: 'add' })}>{t('Add key')}</Button>;
  return (
    <>
      {list.data.keys.length === 0 ? (
        <Notice icon={IconKey} title={t('There is no key yet')} action={mayWrite ? add : null}>
          {mayWrite ? t('Add the first one.') : t('What is set in its source appears here.')}
        </Notice>
      ) : (
        <>
          <Group justify="space-between" mb="sm" gap="sm">
            <TextInput
              aria-label={t('Search keys')}
              placeholder={t('Search keys')}
              leftSection={<IconSearch size={16} aria-hidden />}
              w={{ base: '100%', sm: 280 }}
              value={words}
              onChange={(event) => setWords(event.currentTarget.value)}
            />
            <Group gap="sm">
              {Object.keys(values).length > 0 ? (
                <Button variant="default" onClick={() => setValues({})}>
                  {t('Hide all')}
                </Button>
              ) : null}
              {mayReveal ? (
                <Button variant="default" loading={reveal.isPending} onClick={() => reveal.mutate(null)}>
                  {t('Reveal all')}
                </Button>
              ) : null}
              {mayWrite ? add : null}
            </Group>
          </Group>
          <KeyTable
            keys={keys}
            values={values}
            may={{ reveal: mayReveal, write: mayWrite }}
            onReveal={(key) => reveal.mutate([key])}
            onHide={hide}
            onOpen={setOpen}
          />
          <Text size="sm" c="dimmed" mt="sm" role="status">
            {t('{count, plural, one {1 key} other {# keys}} of {source}.', {
              count: keys.length,
              source: list.data.source.label,
            })}{' '}
            {mayReveal
              ? t('Each reveal is written into the audit.')
              : t('You may see the keys, not their values.')}
          </Text>
        </>
      )}
      {open?.window === 'add' ? (
        <SetKey place={place} present={null} onDone={changed} onClose={() => setOpen(null)} />
      ) : null}
      {open?.window === 'set' ? (
        <SetKey place={place} present={open.key} onDone={changed} onClose={() => setOpen(null)} />
      ) : null}
      {open?.window === 'delete' ? (
        <DeleteKey place={place} name={open.key.key} onDone={changed} onClose={() => setOpen(null)} />
      ) : null}
    </>
  );
}

type KeyTableProps = {
  keys: readonly ConfigurationKey[];
  values: Readonly<Record<string, string>>;
  may: { reveal: boolean; write: boolean };
  onReveal: (key: string) => void;
  onHide: (key: string) => void;
  onOpen: (open: Open) => void;
};

function KeyTable({ keys, values, may, onReveal, onHide, onOpen }: KeyTableProps) {
  return (
    <div
      className={tableStyles['wrap']}
      tabIndex={0}
      role="region"
      aria-label={t('Keys of the configuration')}
    >
      <Table
        className={tableStyles['cardsOnPhones']}
        verticalSpacing="sm"
        horizontalSpacing="md"
        highlightOnHover
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('Key')}</Table.Th>
            <Table.Th>{t('Value')}</Table.Th>
            <Table.Th>{t('Changed')}</Table.Th>
            {may.write ? <Table.Th ta="right">{t('Actions')}</Table.Th> : null}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((one) => {
            const { key, is_secret: isSecret, data_type: type, updated_at: updatedAt } = one;
            const value = Object.hasOwn(values, key) ? values[key] : undefined;
            return (
              <Table.Tr key={key}>
                <Table.Td data-head>
                  <Group gap="xs">
                    <Text className={textStyles['mono']}>{key}</Text>
                    {isSecret ? <Badge color="gray">{t('Secret')}</Badge> : null}
                    {type === null ? null : (
                      <Text span size="xs" c="dimmed">
                        {type}
                      </Text>
                    )}
                  </Group>
                </Table.Td>
                <Table.Td data-label={t('Value')}>
                  <Group gap="xs">
                    {value === undefined ? (
                      <Text span c="dimmed" aria-label={t('Not shown')}>
                        ••••••
                      </Text>
                    ) : (
                      <Code className={textStyles['breakable']}>{value}</Code>
                    )}
                    {may.reveal ? (
                      <Button
                        variant="subtle"
                        size="compact-xs"
                        onClick={() => (value === undefined ? onReveal(key) : onHide(key))}
                        aria-label={
                          value === undefined ? t('Reveal {key}', { key }) : t('Hide {key}', { key })
                        }
                      >
                        {value === undefined ? t('Reveal') : t('Hide')}
                      </Button>
                    ) : null}
                  </Group>
                </Table.Td>
                <Table.Td data-label={t('Changed')}>
                  {updatedAt === null ? '–' : <When at={updatedAt} />}
                </Table.Td>
                {may.write ? (
                  <Table.Td>
                    <Group gap="xs" justify="flex-end" wrap="nowrap">
                      <Button
                        variant="subtle"
                        size="compact-sm"
                        onClick={() => onOpen({ window: 'set', key: one })}
                        aria-label={t('Set {key}', { key })}
                      >
                        {t('Set')}
                      </Button>
                      <ActionIcon
                        variant="subtle"
                        color="red"
                        onClick={() => onOpen({ window: 'delete', key: one })}
                        aria-label={t('Delete {key}', { key })}
                      >
                        <IconTrash size={16} />
                      </ActionIcon>
                    </Group>
                  </Table.Td>
                ) : null}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </div>
  );
}
