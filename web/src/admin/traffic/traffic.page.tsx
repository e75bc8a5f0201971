import { Alert, Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconCloudOff from '@tabler/icons-react/dist/esm/icons/IconCloudOff.mjs';
import IconPlayerPause from '@tabler/icons-react/dist/esm/icons/IconPlayerPause.mjs';
import IconPlayerPlay from '@tabler/icons-react/dist/esm/icons/IconPlayerPlay.mjs';
import IconPlugConnected from '@tabler/icons-react/dist/esm/icons/IconPlugConnected.mjs';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Traffic, trafficPollMs, trafficQuery } from '#api/traffic.ts';
import { Answered } from '#shell/answered.tsx';
import { Page } from '#shell/page.tsx';
import { Notice } from '#shell/states.tsx';
import { clockTime, useReader } from '#shell/times.tsx';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
import { Charts } from './charts.tsx';
import { LatestProblems } from './latest-problems.tsx';
import { PluginTable } from './plugin-table.tsx';
import { Totals } from './totals.tsx';
import styles from './traffic.module.css';
import textStyles from '#shell/text.module.css';

export function TrafficPage() {
  const [isPaused, setPaused] = useState(false);
  const traffic = useQuery({ ...trafficQuery, refetchInterval: isPaused ? false : trafficPollMs });
  return (
    <Page
      title={t('Traffic')}
      above={t('Admin')}
      lead={t(
        'What goes through Berth to the extensions. Rates and times are of the last ten seconds, ' +
          'the lines of the last five minutes.',
      )}
      action={
        <Button
          variant="default"
          leftSection={
            isPaused ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />
          }
          onClick={() => setPaused(!isPaused)}
        >
          {isPaused ? t('Go on') : t('Pause')}
        </Button>
      }
    >
      <Answered query={traffic} what={t('The traffic could not be read')} rows={5}>
        {(data) => <Shown traffic={data} isStale={traffic.error !== null} />}
      </Answered>
    </Page>
  );
}

function Shown({ traffic, isStale }: { traffic: Traffic; isStale: boolean }) {
  const reader = useReader();
  return (
    <Stack gap="lg">
      {isStale ? (
        <Alert
          color="yellow"
          variant="light"
          icon={<IconCloudOff size={18} />}
          role="status"
          title={t('These figures are of {time}', { time: clockTime(traffic.at, reader) })}
        >
          {t('They go on by themselves as soon as there is an answer.')}
        </Alert>
      ) : null}
      <div className={isStale ? styles['stale'] : undefined}>
        <Stack gap="lg">
          <Totals traffic={traffic} />
          {traffic.items.length === 0 ? null : <Charts traffic={traffic} />}
          {traffic.items.length === 0 ? (
            <Notice
              icon={IconPlugConnected}
              title={t('No extensions yet')}
              action={
                <Button component={Link} to="/admin/plugins">
                  {t('Add one')}
                </Button>
              }
            >
              {t('As soon as there is one, its requests appear here.')}
            </Notice>
          ) : (
            <PluginTable items={traffic.items} />
          )}
          <LatestProblems problems={traffic.problems} items={traffic.items} />
          <Text size="xs" c="dimmed">
            <Words
              text={msg('Counted since Berth was started. Prometheus gets the same from <address/>.')}
              parts={{ address: <span className={textStyles['mono']}>/metrics</span> }}
            />
          </Text>
        </Stack>
      </div>
    </Stack>
  );
}
