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
  Stack,
  Switch,
  Text,
  Title,
  VisuallyHidden,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import IconInfoCircle from '@tabler/icons-react/dist/esm/icons/IconInfoCircle.mjs';
import IconPlugConnected from '@tabler/icons-react/dist/esm/icons/IconPlugConnected.mjs';
import IconRefresh from '@tabler/icons-react/dist/esm/icons/IconRefresh.mjs';
import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { request } from '#api/client.ts';
import { adminPluginsQuery } from '#api/plugins.ts';
import type { AdminPlugin } from '#api/types.ts';
import { Page } from '#shell/page.tsx';
import { StateBadge, stateLook } from '#shell/plugin-state.tsx';
import { Failure, Loading, Notice } from '#shell/states.tsx';
import { Soon, When } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { Words } from '#words/with-parts.tsx';
import { midSentence, msg, t } from '#words/words.ts';
import { ConnectionReport } from './connection-report.tsx';
import { PluginApproval } from './plugin-approval.tsx';
import { SwitchOff } from './switch-off.tsx';
import textStyles from '#shell/text.module.css';

const pollMs = 5000;

export function PluginsPage() {
  const plugins = useQuery({ ...adminPluginsQuery, refetchInterval: pollMs });
  return (
    <Page
      title={t('Extensions')}
      above={t('Admin')}
      lead={t('Every service that Berth was told of, and how far it came with each.')}
      action={
        plugins.data && plugins.data.items.length > 0 ? (
          <Button component={Link} to="/admin/add-extension">
            {t('Add an extension')}
          </Button>
        ) : null
      }
    >
      {plugins.isPending ? (
        <Loading rows={4} />
      ) : plugins.error && !plugins.data ? (
        <Failure
          what={t('The extensions could not be listed')}
          error={plugins.error}
          onRetry={() => void plugins.refetch()}
        />
      ) : (
        <Stack>
          <SourceProblems problems={plugins.data?.source_problems ?? []} />
          {plugins.data?.items.map((plugin) => (
            <PluginCard key={plugin.id} plugin={plugin} />
          ))}
          {plugins.data?.items.length === 0 ? <HowToAdd /> : null}
        </Stack>
      )}
    </Page>
  );
}

function PluginCard({ plugin }: { plugin: AdminPlugin }) {
  const client = useQueryClient();
  const put = (fresh: AdminPlugin) =>
    client.setQueryData(
      adminPluginsQuery.queryKey,
      (list) => list && { ...list, items: list.items.map((item) => (item.id === fresh.id ? fresh : item)) },
    );
  const check = useMutation({
    mutationFn: async () =>
      (await request<AdminPlugin>(`/api/admin/plugins/${plugin.id}/refresh`, { method: 'POST' })).data,
    onSuccess: (fresh) => {
      put(fresh);
      tell(`${fresh.name || fresh.id}: ${midSentence(t(stateLook(fresh.state).label))}`);
    },
    onError: (error) => tellFailure(t('It could not be checked'), error),
  });
  const enable = useMutation({
    mutationFn: (enabled: boolean) =>
      request(`/api/admin/plugins/${plugin.id}`, { method: 'PATCH', body: { enabled } }),
    onError: (error) => tellFailure(t('Nothing was changed'), error),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['admin-plugins'] }),
        client.invalidateQueries({ queryKey: ['plugins'] }),
      ]),
  });
  const [isAsking, setAsking] = useState(false);
  const isEnabled = plugin.state !== 'disabled';
  const name = plugin.name || plugin.id;
  const { hash } = useLocation();
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    // Links to one extension's report lead to its card.
    if (hash === plugin.id) card.current?.scrollIntoView({ block: 'start' });
  }, [hash, plugin.id]);
  return (
    <Card component="article" aria-label={name} id={plugin.id} ref={card}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Title order={2} className={textStyles['breakable']}>
              {name}
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
      </Group>
      {plugin.detail && !plugin.refusal ? (
        <Text size="sm" mt="sm">
          {plugin.detail}
        </Text>
      ) : null}
      {plugin.waiting ? <PluginApproval plugin={plugin} waiting={plugin.waiting} /> : null}
      {plugin.refusal ? (
        <Alert color="red" variant="light" mt="md" title={t('Its newest manifest was refused')}>
          <Text size="sm" mb={6}>
            <When at={plugin.refusal.at} />.{' '}
            {plugin.version ? t('The last good one goes on serving.') : t('It is not served.')}
          </Text>
          <List size="sm" spacing={4}>
            {plugin.refusal.reasons.map((reason) => (
              <List.Item key={`${reason.pointer} ${reason.detail}`}>
                {reason.pointer ? <Code>{reason.pointer}</Code> : null} {reason.detail}
              </List.Item>
            ))}
          </List>
        </Alert>
      ) : null}
      {plugin.notes.length > 0 ? (
        <Alert
          color="gray"
          variant="light"
          mt="md"
          title={t('What could be better')}
          icon={<IconInfoCircle size={20} />}
        >
          <List size="sm" spacing={4}>
            {plugin.notes.map((note) => (
              <List.Item key={note} className={textStyles['breakable']}>
                {note}
              </List.Item>
            ))}
          </List>
        </Alert>
      ) : null}
      {plugin.unknown_fields.length > 0 ? (
        <Group gap={6} mt="md">
          <Text size="sm" c="dimmed">
            {t('Fields of its manifest that Berth does not know, and leaves alone:')}
          </Text>
          {plugin.unknown_fields.map((field) => (
            <Badge key={field} color="gray">
              {field}
            </Badge>
          ))}
        </Group>
      ) : null}
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
              <VisuallyHidden> {t('of {name}', { name })}</VisuallyHidden>
            </Text>
          </Accordion.Control>
          <Accordion.Panel>
            <ConnectionReport stages={plugin.stages} />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Card>
  );
}

/** What is wrong beside the services themselves: lines of the lists that name them, a second gateway. */
function SourceProblems({ problems }: { problems: readonly string[] }) {
  if (problems.length === 0) return null;
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconAlertTriangle size={20} />}
      title={t('Something is not as it should be')}
      role="status"
    >
      <Text size="sm" mb={6}>
        {t('The services that could be read are served. This is to be looked at:')}
      </Text>
      <List size="sm" spacing={4}>
        {problems.map((problem) => (
          <List.Item key={problem} className={textStyles['breakable']}>
            {problem}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function HowToAdd() {
  return (
    <Notice
      icon={IconPlugConnected}
      title={t('There is no extension yet')}
      action={
        <Button component={Link} to="/admin/add-extension">
          {t('Add the first extension')}
        </Button>
      }
    >
      {t('Choose one from the catalogue, or type the address of a container.')}
    </Notice>
  );
}
