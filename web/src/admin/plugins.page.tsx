import {
  Accordion,
  Alert,
  Anchor,
  Badge,
  Button,
  Card,
  Code,
  CopyButton,
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
import IconCircleCheck from '@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs';
import IconCircleDashed from '@tabler/icons-react/dist/esm/icons/IconCircleDashed.mjs';
import IconCircleX from '@tabler/icons-react/dist/esm/icons/IconCircleX.mjs';
import IconInfoCircle from '@tabler/icons-react/dist/esm/icons/IconInfoCircle.mjs';
import IconRefresh from '@tabler/icons-react/dist/esm/icons/IconRefresh.mjs';
import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { request } from '#api/client.ts';
import { adminPluginsQuery } from '#api/plugins.ts';
import type { AdminPlugin, PluginStage } from '#api/types.ts';
import { Page } from '#shell/page.tsx';
import { StateBadge, stateLook } from '#shell/plugin-state.tsx';
import { Failure, Loading } from '#shell/states.tsx';
import { When } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { PluginApproval } from './plugin-approval.tsx';
import { SwitchOff } from './switch-off.tsx';

const pollMs = 5000;

export function PluginsPage() {
  const plugins = useQuery({ ...adminPluginsQuery, refetchInterval: pollMs });
  return (
    <Page
      title="Plugins"
      above="Admin"
      lead="Every service that Berth was told of, and how far it came with each."
    >
      {plugins.isPending ? (
        <Loading rows={4} />
      ) : plugins.error && !plugins.data ? (
        <Failure
          what="The plugins could not be listed"
          error={plugins.error}
          onRetry={() => void plugins.refetch()}
        />
      ) : (
        <Stack>
          <SourceProblems problems={plugins.data?.source_problems ?? []} />
          {plugins.data?.items.map((plugin) => (
            <PluginCard key={plugin.id} plugin={plugin} />
          ))}
          <HowToAdd isFirst={plugins.data?.items.length === 0} />
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
      tell(`${fresh.name || fresh.id}: ${stateLook(fresh.state).label.toLowerCase()}`);
    },
    onError: (error) => tellFailure('It could not be checked', error),
  });
  const enable = useMutation({
    mutationFn: (enabled: boolean) =>
      request(`/api/admin/plugins/${plugin.id}`, { method: 'PATCH', body: { enabled } }),
    onError: (error) => tellFailure('Nothing was changed', error),
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
            <Title order={2} className="breakable">
              {name}
            </Title>
            <StateBadge state={plugin.state} />
            <Text size="sm" c="dimmed">
              changed <When at={plugin.state_since} />
            </Text>
          </Group>
          <Text size="sm" c="dimmed" className="mono" mt={4}>
            {plugin.id} · {plugin.origin}
          </Text>
          <Text size="sm" c="dimmed" mt={4}>
            {plugin.version
              ? `Version ${plugin.version} · contract ${plugin.manifest_version ?? '?'} · `
              : ''}
            from {plugin.source}
            {plugin.next_poll_at ? (
              <>
                {' '}
                · next check <When at={plugin.next_poll_at} />
              </>
            ) : null}
          </Text>
        </div>
        <Group gap="md">
          <Switch
            label="Enabled"
            checked={isEnabled}
            disabled={enable.isPending}
            onChange={(event) => (event.currentTarget.checked ? enable.mutate(true) : setAsking(true))}
            aria-label={`Enabled: ${name}`}
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
            aria-label={`Check now: ${name}`}
          >
            Check now
          </Button>
          <Anchor
            component={Link}
            to={`/admin/plugins/${plugin.id}`}
            size="sm"
            aria-label={`Access: ${name}`}
          >
            Access
          </Anchor>
          {plugin.version && isEnabled ? (
            <Anchor component={Link} to={`/extensions/${plugin.id}`} size="sm">
              Open
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
        <Alert color="red" variant="light" mt="md" title="Its newest manifest was refused">
          <Text size="sm" mb={6}>
            <When at={plugin.refusal.at} />.{' '}
            {plugin.version ? 'The last good one goes on serving.' : 'It is not served.'}
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
          title="What could be better"
          icon={<IconInfoCircle size={20} />}
        >
          <List size="sm" spacing={4}>
            {plugin.notes.map((note) => (
              <List.Item key={note} className="breakable">
                {note}
              </List.Item>
            ))}
          </List>
        </Alert>
      ) : null}
      {plugin.unknown_fields.length > 0 ? (
        <Group gap={6} mt="md">
          <Text size="sm" c="dimmed">
            Fields of its manifest that Berth does not know, and leaves alone:
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
              Connection report
              <VisuallyHidden> of {name}</VisuallyHidden>
            </Text>
          </Accordion.Control>
          <Accordion.Panel>
            <Stack gap="sm" component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
              {plugin.stages.map((stage) => (
                <StageRow key={stage.name} stage={stage} />
              ))}
            </Stack>
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
      title="Something is not as it should be"
      role="status"
    >
      <Text size="sm" mb={6}>
        The services that could be read are served. This is to be looked at:
      </Text>
      <List size="sm" spacing={4}>
        {problems.map((problem) => (
          <List.Item key={problem} className="breakable">
            {problem}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

const stageWords: Readonly<Record<string, string>> = {
  resolve: 'Its name leads to an address',
  connect: 'It takes connections',
  health: 'It says that it is alive',
  manifest: 'It says what it is',
  schema: 'What it says fits the contract',
  compatible: 'It speaks a version that is served here',
  approved: 'Its rights are approved',
};

const outcomes = {
  ok: { icon: IconCircleCheck, color: 'var(--mantine-color-teal-6)', words: 'Passed' },
  failed: { icon: IconCircleX, color: 'var(--mantine-color-error)', words: 'Failed' },
  unknown: { icon: IconCircleDashed, color: 'var(--mantine-color-dimmed)', words: 'Not reached yet' },
};

function StageRow({ stage }: { stage: PluginStage }) {
  const { icon: OutcomeIcon, color, words } = outcomes[stage.outcome];
  return (
    <Group component="li" align="flex-start" wrap="nowrap" gap="sm">
      <OutcomeIcon size={20} color={color} role="img" aria-label={words} style={{ flex: 'none' }} />
      <div style={{ minWidth: 0 }}>
        <Text size="sm" {...(stage.outcome === 'unknown' ? { c: 'dimmed' } : {})}>
          {stageWords[stage.name] ?? stage.name}
          {stage.last_success_at ? (
            <Text span size="xs" c="dimmed">
              {' '}
              · last time <When at={stage.last_success_at} />
            </Text>
          ) : null}
        </Text>
        {stage.outcome === 'failed' && stage.last_error ? (
          <>
            <Text className="mono">{stage.last_error.message}</Text>
            {stage.last_error.hint ? (
              <Text size="sm" c="dimmed">
                {stage.last_error.hint}
              </Text>
            ) : null}
          </>
        ) : null}
      </div>
    </Group>
  );
}

const example = 'services:\n  hello: http://127.0.0.1:9000\n';

function HowToAdd({ isFirst }: { isFirst: boolean }) {
  return (
    <Card component="section" aria-labelledby="how-to-add">
      <Title order={2} id="how-to-add" mb="xs">
        {isFirst ? 'Add the first extension' : 'Add another'}
      </Title>
      <Text size="sm" mb="sm">
        Write its id and address into <Code>services.yaml</Code> in the data folder of Berth. The file is
        watched: it appears here within seconds, with no restart.
      </Text>
      <Code block tabIndex={0}>
        {example}
      </Code>
      <Group mt="sm" gap="xs">
        <CopyButton value={example}>
          {({ copied, copy }) => (
            <Button variant="default" size="compact-sm" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Text size="sm" c="dimmed">
          Or start Berth with <Code>BERTH_SERVICES=hello=http://127.0.0.1:9000</Code>.
        </Text>
      </Group>
    </Card>
  );
}
