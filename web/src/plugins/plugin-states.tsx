/** What stands in the place of an extension's page, or above it, while it cannot be used. */
import { Alert, Anchor, Button, Text } from '@mantine/core';
import IconCloudOff from '@tabler/icons-react/dist/esm/icons/IconCloudOff.mjs';
import IconPlugX from '@tabler/icons-react/dist/esm/icons/IconPlugX.mjs';
import IconPlayerPause from '@tabler/icons-react/dist/esm/icons/IconPlayerPause.mjs';
import IconWindow from '@tabler/icons-react/dist/esm/icons/IconAppWindow.mjs';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useMe } from '#api/session.ts';
import { hasSettingsPage } from '#api/plugins.ts';
import type { Plugin } from '#api/types.ts';
import { stateLook } from '#shell/plugin-state.tsx';
import { Notice } from '#shell/states.tsx';
import { clockTime, useReader, When } from '#shell/times.tsx';
import { Words } from '#words/with-parts.tsx';
import { midSentence, msg, t } from '#words/words.ts';
import textStyles from '#shell/text.module.css';

export function SwitchedOff({ plugin }: { plugin: Plugin }) {
  const me = useMe();
  return (
    <Notice
      icon={IconPlayerPause}
      title={t('{name} is switched off', { name: plugin.name })}
      action={
        me?.is_superuser ? (
          <Button component={Link} to="/admin/plugins" hash={plugin.id} variant="default">
            {t('Switch it on again')}
          </Button>
        ) : (
          <Button component={Link} to="/apps" variant="default">
            {t('See all apps')}
          </Button>
        )
      }
    >
      <Words
        text={msg(
          'It was switched off <when/>. Nothing of it is lost: it opens here by itself when it is ' +
            'switched on.',
        )}
        parts={{ when: <When at={plugin.state_since} /> }}
      />
    </Notice>
  );
}

/**
 * Its container answers, and its page does not come to life: a script that is missing, or that fails before
 * its hello.
 */
export function DidNotStart({
  plugin,
  onRetry,
  onShow,
}: {
  plugin: Plugin;
  onRetry: () => void;
  onShow: () => void;
}) {
  const me = useMe();
  return (
    <div role="alert">
      <Notice
        icon={IconPlugX}
        title={t('{name} did not start', { name: plugin.name })}
        action={
          <>
            <Button onClick={onRetry}>{t('Try again')}</Button>
            {me?.is_superuser ? (
              <Button component={Link} to="/admin/plugins" hash={plugin.id} variant="default">
                {t('See the connection report')}
              </Button>
            ) : null}
            <Button variant="subtle" onClick={onShow}>
              {t('Show it anyway')}
            </Button>
          </>
        }
      >
        {me?.is_superuser
          ? t(
              'Its page was fetched, and its script has not said hello. The console of the browser ' +
                'says what failed in it.',
            )
          : t(
              'Its page was fetched and does not come to life. If trying again does not help, tell the ' +
                'person who runs this Berth.',
            )}
      </Notice>
    </div>
  );
}

function againWords(seconds: number | null): string {
  if (seconds === null) return '';
  return seconds > 0 ? t('Trying again in {seconds} s.', { seconds }) : t('Trying again now.');
}

/**
 * Why it is not there, since when, and when it is asked again. With `isBanner` above the dimmed last good
 * page.
 */
export function Unserved({ plugin, isBanner = false }: { plugin: Plugin; isBanner?: boolean }) {
  const me = useMe();
  const reader = useReader();
  const seconds = useSecondsUntil(plugin.retry_at);
  const isOffline = plugin.state === 'offline';
  const title = isOffline
    ? t('{name} is not answering since {time}', {
        name: plugin.name,
        time: clockTime(plugin.state_since, reader),
      })
    : `${plugin.name}: ${midSentence(t(stateLook(plugin.state).label))}`;
  const meaning = isOffline
    ? t('Nothing is lost: it comes back here by itself.')
    : t(stateLook(plugin.state).meaning);
  const words = `${meaning} ${againWords(seconds)}`.trim();
  if (isBanner) {
    return (
      <Alert
        color="red"
        variant="light"
        radius={0}
        icon={<IconCloudOff size={18} />}
        title={title}
        role="status"
      >
        {words}
      </Alert>
    );
  }
  return (
    <Notice
      icon={IconCloudOff}
      title={title}
      action={
        me?.is_superuser ? (
          <Button component={Link} to="/admin/plugins" variant="default">
            {t('See the connection report')}
          </Button>
        ) : null
      }
    >
      <span role="status">{words}</span>
      {me?.is_superuser && plugin.detail ? (
        <Text className={textStyles['mono']} mt="sm">
          {plugin.detail}
        </Text>
      ) : null}
    </Notice>
  );
}

export function AboutPlugin({ plugin }: { plugin: Plugin }) {
  const links = Object.entries(plugin.links).filter(([, href]) => href?.startsWith('https://'));
  return (
    <Notice
      icon={IconWindow}
      title={t('{name} has no page of its own', { name: plugin.name })}
      action={
        hasSettingsPage(plugin) ? (
          <Button component={Link} to={`/extensions/${plugin.id}/settings`}>
            {t('Open its settings')}
          </Button>
        ) : null
      }
    >
      {plugin.description}
      <Text size="sm" mt="xs">
        {t('Version {version}', { version: plugin.version })}
      </Text>
      {links.map(([label, href]) => (
        <Anchor key={label} href={href} target="_blank" rel="noopener noreferrer" mx={6} underline="always">
          {label}
        </Anchor>
      ))}
    </Notice>
  );
}

function useSecondsUntil(at: string | null): number | null {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (at === null) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [at]);
  return at === null ? null : Math.max(0, Math.ceil((Date.parse(at) - now) / 1000));
}
