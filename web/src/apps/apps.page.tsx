import { Button, TextInput, Title } from '@mantine/core';
import IconApps from '@tabler/icons-react/dist/esm/icons/IconApps.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { useState } from 'react';
import { isServed, isSwitchedOff, usePlugins } from '#api/plugins.ts';
import { useMe } from '#api/session.ts';
import type { Plugin } from '#api/types.ts';
import { Answered } from '#shell/answered.tsx';
import { Page } from '#shell/page.tsx';
import { rank } from '#shell/search.rules.ts';
import { Notice } from '#shell/states.tsx';
import { t } from '#words/words.ts';
import { AppCard } from './app-card.tsx';
import { NothingYet } from './home.page.tsx';
import { togglePin } from './pins.ts';
import { usePins } from './use-pins.ts';
import pageStyles from '#shell/page.module.css';

export function AppsPage() {
  const me = useMe();
  const answer = usePlugins();
  const { plugins } = answer;
  const [words, setWords] = useState('');
  const found =
    words.trim() === ''
      ? plugins
      : rank(words, plugins, (plugin) => `${plugin.name} ${plugin.id} ${plugin.description}`);
  const hasPage = (plugin: Plugin) => plugin.ui !== null && plugin.ui.mode !== 'none';
  return (
    <Page title={t('Apps')} lead={t('Every extension that is open to you.')}>
      <Answered query={answer} what={t('The apps could not be listed')} rows={3}>
        {() =>
          plugins.length === 0 ? (
            <NothingYet isSuperuser={me?.is_superuser ?? false} />
          ) : (
            <>
              <TextInput
                aria-label={t('Search the apps')}
                placeholder={t('Search')}
                leftSection={<IconSearch size={16} aria-hidden />}
                w={{ base: '100%', sm: 340 }}
                value={words}
                onChange={(event) => setWords(event.currentTarget.value)}
              />
              <Section
                title={t('Available')}
                plugins={found.filter((plugin) => isServed(plugin) && hasPage(plugin))}
              />
              <Section
                title={t('Without a page')}
                plugins={found.filter((plugin) => isServed(plugin) && !hasPage(plugin))}
              />
              <Section
                title={t('Unavailable')}
                plugins={found.filter((plugin) => !isServed(plugin) && !isSwitchedOff(plugin))}
              />
              <Section title={t('Switched off')} plugins={found.filter((plugin) => isSwitchedOff(plugin))} />
              {found.length === 0 ? (
                <Notice
                  icon={IconApps}
                  title={t('No app is called that')}
                  action={
                    <Button variant="default" onClick={() => setWords('')}>
                      {t('Show all')}
                    </Button>
                  }
                >
                  {t('Nothing that is open to you fits “{words}”.', { words: words.trim() })}
                </Notice>
              ) : null}
            </>
          )
        }
      </Answered>
    </Page>
  );
}

function Section({ title, plugins }: { title: string; plugins: readonly Plugin[] }) {
  const { pinned, keep } = usePins();
  if (plugins.length === 0) return null;
  return (
    <section aria-label={title}>
      <Title order={2} mt="lg" mb="sm">
        {title}
      </Title>
      <ul className={pageStyles['cards']}>
        {plugins.map((plugin) => (
          <AppCard
            key={plugin.id}
            plugin={plugin}
            isPinned={pinned.includes(plugin.id)}
            onPin={() => keep(togglePin(pinned, plugin.id))}
          />
        ))}
      </ul>
    </section>
  );
}
