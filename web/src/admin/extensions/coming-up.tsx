/** What was added comes up: its connection report, live, until it is served or waits for a decision. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { isAnswering } from '@berth/plugin-kit/contract/wire/plugins.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { adminPluginsQuery } from '#api/plugins.ts';
import type { AdminPlugin } from '#api/types.ts';
import { Dialog } from '#shell/dialog.tsx';
import { StateBadge, stateLook } from '#shell/plugin-state.tsx';
import { t } from '#words/words.ts';
import { ConnectionReport } from './connection-report.tsx';
import { PluginApproval } from './plugin-approval.tsx';

const pollMs = 1000;

type ComingUpProps = { id: string; name: string; onClose: () => void; children?: ReactNode };

export function ComingUp({ id, name, onClose, children }: ComingUpProps) {
  const list = useQuery({ ...adminPluginsQuery, refetchInterval: pollMs });
  const plugin = list.data?.items.find((one) => one.id === id);
  const isServed = plugin !== undefined && isAnswering(plugin);
  return (
    <Dialog title={t('{name} is added', { name })} onClose={onClose} closeOnClickOutside={false}>
      <Stack>
        {children}
        <Group gap="sm" role="status">
          {plugin ? <StateBadge state={plugin.state} /> : null}
          <Text size="sm">{wordsFor(plugin)}</Text>
        </Group>
        {plugin ? <ConnectionReport stages={plugin.stages} /> : null}
        {plugin?.waiting ? <PluginApproval plugin={plugin} waiting={plugin.waiting} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('Close')}
          </Button>
          {isServed ? (
            <Button component={Link} to={`/extensions/${id}`}>
              {t('Open')}
            </Button>
          ) : (
            <Button component={Link} to="/admin/plugins" hash={id} variant="default">
              {t('All extensions')}
            </Button>
          )}
        </Group>
      </Stack>
    </Dialog>
  );
}

function wordsFor(plugin: AdminPlugin | undefined): string {
  if (!plugin) return t('services.yaml is written; it is read within a second.');
  if (plugin.waiting) return t('It waits for your approval.');
  return plugin.state === 'online' ? t('It is served.') : t(stateLook(plugin.state).meaning);
}
