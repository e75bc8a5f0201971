/** One extension as Berth knows it: how it stands, what was refused, and what can be done with it. */
import {
  Accordion,
  Alert,
  Anchor,
  Badge,
  Button,
  Card,
  Code,
  Group,
  List,
  Switch,
  Text,
  Title,
  VisuallyHidden,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import IconInfoCircle from '@tabler/icons-react/dist/esm/icons/IconInfoCircle.mjs';
import IconRefresh from '@tabler/icons-react/dist/esm/icons/IconRefresh.mjs';
import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { request } from '#api/client.ts';
import { adminPluginsQuery } from '#api/plugins.ts';
import type { AdminPlugin } from '#api/types.ts';
import { StateBadge, stateLook } from '#shell/plugin-state.tsx';
import { Soon, When } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { Words } from '#words/with-parts.tsx';
import { midSentence, msg, t } from '#words/words.ts';
import { ConnectionReport } from './connection-report.tsx';
import { PluginApproval } from './plugin-approval.tsx';
import { SwitchOff } from './switch-off.tsx';
import textStyles from '#shell/text.module.css';

type PluginProps = { plugin: AdminPlugin };

const nameOf = ({ name, id }: AdminPlugin): string => name || id;

export function PluginCard({ plugin }: PluginProps) {
  const { hash } = useLocation();
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    // Links to one extension's report lead to its card.
    if (hash === plugin.id) card.current?.scrollIntoView({ block: 'start' });
  }, [hash, plugin.id]);
  return (
    <Card component="article" aria-label={nameOf(plugin)} id={plugin.id} ref={card}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <About plugin={plugin} />
        <Actions plugin={plugin} />
      </Group>
      {plugin.detail && !plugin.refusal ? (
        <Text size="sm" mt="sm">
          {plugin.detail}
        </Text>
      ) : null}
      {plugin.waiting ? <PluginApproval plugin={plugin} waiting={plugin.waiting} /> : null}
      <Refusal plugin={plugin} />
      <Notes notes={plugin.notes} />
      <UnknownFields fields={plugin.unknown_fields} />
      <Report plugin={plugin} />
    </Card>
  );
}

function About({ plugin }: PluginProps) {
  return (
    <div style={{ minWidth: 0 }}>
      <Group gap="xs">
        <Title order={2} className={textStyles['breakable']}>
          {nameOf(plugin)}
        </Title>
        <StateBadge state={plugin.state} />
        <Text size="sm" c="dimmed">
          <Words text={msg('changed <when/>')} parts={{ when: <When at={plugin.state_since} /> }} />
        </Text>
      </Group>
      <Text size="sm" c="dimmed" className={textStyles['mono']} mt={4}>
        {plugin.id} · {plugin.origin}
      </Text>
      <Text size="sm" c="dimmed" mt={4}>
        {plugin.version
          ? `${t('Version {version} · contract {contract}', {
              version: plugin.version,
              contract: plugin.manifest_version ?? '?',
            })} · `
          : ''}
        {t('from {source}', { source: plugin.source })}
        {plugin.next_poll_at ? (
          <>
            {' · '}
            <Words text={msg('next check <when/>')} parts={{ when: <Soon at={plugin.next_poll_at} /> }} />
          </>
        ) : null}
      </Text>
    </div>
  );
}

function useCheck({ id }: AdminPlugin) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () =>
      (await request<AdminPlugin>(`/api/admin/plugins/${id}/refresh`, { method: 'POST' })).data,
    onSuccess: (fresh) => {
      client.setQueryData(
        adminPluginsQuery.queryKey,
        (list) => list && { ...list, items: list.items.map((item) => (item.id === fresh.id ? fresh : item)) },
      );
      tell(`${nameOf(fresh)}: ${midSentence(t(stateLook(fresh.state).label))}`);
    },
    onError: (error) => tellFailure(t('It could not be checked'), error),
  });
}

function useEnable({ id }: AdminPlugin) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (enabled: boolean) =>
      request(`/api/admin/plugins/${id}`, { method: 'PATCH', body: { enabled } }),
    onError: (error) => tellFailure(t('Nothing was changed'), error),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['admin-plugins'] }),
        client.invalidateQueries({ queryKey: ['plugins'] }),
      ]),
  });
}

function Actions({ plugin }: PluginProps) {
  const check = useCheck(plugin);
  const enable = useEnable(plugin);
  const [isAsking, setAsking] = useState(false);
  const isEnabled = plugin.state !== 'disabled';
  const name = nameOf(plugin);
  return (
    <Group gap="md">
      <Switch
        label={t('Enabled')}
        checked={isEnabled}
        disabled={enable.isPending}
        onChange={(event) => (event.currentTarget.checked ? enable.mutate(true) : setAsking(true))}
        aria-label={t('Enabled: {name}', { name })}
      />
      {isAsking ? (
        <SwitchOff
          plugin={plugin}
          isPending={enable.isPending}
          onSwitchOff={() => enable.mutate(false, { onSettled: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        />
      ) : null}
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} />}
        loading={check.isPending}
        onClick={() => check.mutate()}
        aria-label={t('Check now: {name}', { name })}
      >
        {t('Check now')}
      </Button>
      <Anchor
        component={Link}
        to={`/admin/plugins/${plugin.id}`}
        size="sm"
        aria-label={t('Access: {name}', { name })}
      >
        {t('Access')}
      </Anchor>
      {plugin.version && isEnabled ? (
        <Anchor component={Link} to={`/extensions/${plugin.id}`} size="sm">
          {t('Open')}
        </Anchor>
      ) : null}
    </Group>
  );
}

function Refusal({ plugin: { refusal, version } }: PluginProps) {
  if (!refusal) return null;
  return (
    <Alert color="red" variant="light" mt="md" title={t('Its newest manifest was refused')}>
      <Text size="sm" mb={6}>
        <When at={refusal.at} />. {version ? t('The last good one goes on serving.') : t('It is not served.')}
      </Text>
      <List size="sm" spacing={4}>
        {refusal.reasons.map((reason) => (
          <List.Item key={`${reason.pointer} ${reason.detail}`}>
            {reason.pointer ? <Code>{reason.pointer}</Code> : null} {reason.detail}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Notes({ notes }: Pick<AdminPlugin, 'notes'>) {
  if (notes.length === 0) return null;
  return (
    <Alert
      color="gray"
      variant="light"
      mt="md"
      title={t('What could be better')}
      icon={<IconInfoCircle size={20} />}
    >
      <List size="sm" spacing={4}>
        {notes.map((note) => (
          <List.Item key={note} className={textStyles['breakable']}>
            {note}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function UnknownFields({ fields }: { fields: readonly string[] }) {
  if (fields.length === 0) return null;
  return (
    <Group gap={6} mt="md">
      <Text size="sm" c="dimmed">
        {t('Fields of its manifest that Berth does not know, and leaves alone:')}
      </Text>
      {fields.map((field) => (
        <Badge key={field} color="gray">
          {field}
        </Badge>
      ))}
    </Group>
  );
}

function Report({ plugin }: PluginProps) {
  return (
    <Accordion
      variant="default"
      mt="sm"
      defaultValue={plugin.state === 'online' || plugin.state === 'disabled' ? null : 'report'}
      styles={{ item: { borderBottom: 0 }, control: { paddingInline: 0 }, content: { paddingInline: 0 } }}
    >
      <Accordion.Item value="report">
        <Accordion.Control>
          <Text size="sm" fw={550}>
            {t('Connection report')}
            <VisuallyHidden> {t('of {name}', { name: nameOf(plugin) })}</VisuallyHidden>
          </Text>
        </Accordion.Control>
        <Accordion.Panel>
          <ConnectionReport stages={plugin.stages} />
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
