import { Button, Text, Title } from '@mantine/core';
import IconPin from '@tabler/icons-react/dist/esm/icons/IconPin.mjs';
import IconPuzzle from '@tabler/icons-react/dist/esm/icons/IconPuzzle.mjs';
import { Link } from '@tanstack/react-router';
import { isSwitchedOff, usePlugins } from '#api/plugins.ts';
import { useMe } from '#api/session.ts';
import { Answered } from '#shell/answered.tsx';
import { Page } from '#shell/page.tsx';
import { Notice } from '#shell/states.tsx';
import { t } from '#words/words.ts';
import { AppCard } from './app-card.tsx';
import { FirstSteps } from './first-steps.tsx';
import { movePin, togglePin } from './pins.ts';
import { Widgets } from './widgets.tsx';
import { usePins } from './use-pins.ts';
import pageStyles from '#shell/page.module.css';

export function HomePage() {
  const me = useMe();
  const answer = usePlugins();
  const { plugins } = answer;
  const { pinned, keep } = usePins();
  const cards = pinned.flatMap((id) => plugins.find((plugin) => plugin.id === id) ?? []);
  const shown = new Set(cards.map((plugin) => plugin.id));
  const others = plugins.filter((plugin) => !shown.has(plugin.id) && !isSwitchedOff(plugin));
  const name = me?.name ?? '';
  return (
    <Page
      title={name && !name.includes('@') ? t('Hello, {name}', { name: name.split(' ')[0] }) : t('Home')}
      lead={t('What you use most, in your order.')}
    >
      {me?.is_superuser ? <FirstSteps /> : null}
      <Answered query={answer} what={t('Your apps could not be listed')} rows={3}>
        {() =>
          plugins.length === 0 ? (
            <NothingYet isSuperuser={me?.is_superuser ?? false} />
          ) : (
            <>
              {cards.length > 0 ? (
                <ul className={pageStyles['cards']} aria-label={t('Pinned')}>
                  {cards.map((plugin, index) => (
                    <AppCard
                      key={plugin.id}
                      plugin={plugin}
                      isPinned
                      isFirst={index === 0}
                      isLast={index === cards.length - 1}
                      onPin={() => keep(togglePin(pinned, plugin.id))}
                      onMove={(step) => keep(movePin(pinned, shown, plugin.id, step))}
                    />
                  ))}
                </ul>
              ) : (
                <Text c="dimmed" size="sm">
                  <IconPin size={16} style={{ verticalAlign: -3 }} aria-hidden />{' '}
                  {t('Pin an app, and it stays here at the top.')}
                </Text>
              )}
              <Widgets plugins={plugins} />
              {others.length > 0 ? (
                <>
                  <Title order={2} mt="xl" mb="sm">
                    {cards.length > 0 ? t('More apps') : t('Your apps')}
                  </Title>
                  <ul className={pageStyles['cards']} aria-label={t('Apps')}>
                    {others.map((plugin) => (
                      <AppCard
                        key={plugin.id}
                        plugin={plugin}
                        isPinned={false}
                        onPin={() => keep(togglePin(pinned, plugin.id))}
                      />
                    ))}
                  </ul>
                </>
              ) : null}
            </>
          )
        }
      </Answered>
    </Page>
  );
}

export function NothingYet({ isSuperuser }: { isSuperuser: boolean }) {
  return (
    <Notice
      icon={IconPuzzle}
      title={t('No extensions yet')}
      action={
        isSuperuser ? (
          <Button component={Link} to="/admin/plugins">
            {t('Add an extension')}
          </Button>
        ) : null
      }
    >
      {isSuperuser
        ? t(
            'An extension is a container that Berth finds by its address. Name one, and it appears ' +
              'here within seconds.',
          )
        : t('There is nothing open to you yet. Ask an admin to add you to a group.')}
    </Notice>
  );
}
