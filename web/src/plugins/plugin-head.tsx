/**
 * The one head above an extension: its name, what its page hands over, settings. On a phone it is the only
 * bar.
 */
import { ActionIcon, Button, Tabs, Title } from '@mantine/core';
import IconMaximize from '@tabler/icons-react/dist/esm/icons/IconMaximize.mjs';
import IconMenu2 from '@tabler/icons-react/dist/esm/icons/IconMenu2.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { hasSettingsPage } from '#api/plugins.ts';
import type { Plugin } from '#api/types.ts';
import { iconNamed } from '#shell/icons.ts';
import { innerPath } from '#shell/inner-path.ts';
import { PluginIcon } from '#shell/plugin-icon.tsx';
import { StateBadge } from '#shell/plugin-state.tsx';
import { useShellBar } from '#shell/shell-bar.ts';
import { tellFailure } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import { opensInFrame } from './kept.rules.ts';
import { usePluginHeads, type ToldHead } from './plugin-heads.tsx';
import styles from './plugin-head.module.css';

export function PluginHead({ plugin }: { plugin: Plugin }) {
  const { pathname, hash } = useLocation();
  const navigate = useNavigate();
  const heads = usePluginHeads();
  const bar = useShellBar();
  const root = `/extensions/${plugin.id}`;
  const isPage = pathname === root;
  const showsSettings = hasSettingsPage(plugin);
  const isFramed = opensInFrame(plugin);
  const told = isPage && isFramed && plugin.ui?.head ? heads.of(plugin.id) : {};
  return (
    <div className={styles['head']} data-head-of-extension>
      <ActionIcon
        className={styles['onPhones']}
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t('Open the menu')}
        onClick={bar.openMenu}
      >
        <IconMenu2 size={20} />
      </ActionIcon>
      <PluginIcon plugin={plugin} size={20} />
      <Title order={1} size="h3" lineClamp={1} style={{ minWidth: 0 }}>
        {plugin.name}
        {told.title ? <span className={styles['title']}> {told.title}</span> : null}
      </Title>
      {plugin.state === 'online' ? null : <StateBadge state={plugin.state} />}
      <HeadTabs plugin={plugin} tabs={told.tabs} here={innerPath(hash === '' ? '/' : hash)} />
      <div className={styles['tools']}>
        {told.action ? <HeadAction action={told.action} press={told.press} /> : null}
        <ActionIcon
          className={styles['onPhones']}
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('Search')}
          onClick={bar.openSearch}
        >
          <IconSearch size={20} />
        </ActionIcon>
        {isPage && isFramed && document.fullscreenEnabled ? (
          <ActionIcon
            className={styles['notOnPhones']}
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('Fill the screen with {name}', { name: plugin.name })}
            title={t('Full screen')}
            onClick={() => void fillScreen()}
          >
            <IconMaximize size={18} />
          </ActionIcon>
        ) : null}
        {showsSettings ? (
          <Tabs
            h="100%"
            value={pathname === `${root}/settings` ? 'settings' : 'page'}
            onChange={(tab) => void navigate({ to: tab === 'settings' ? `${root}/settings` : root })}
            styles={{ list: { height: '100%', flexWrap: 'nowrap' }, root: { flex: 'none' } }}
          >
            <Tabs.List aria-label={plugin.name}>
              <Tabs.Tab value="page" aria-controls={undefined}>
                {plugin.ui ? t('Page') : t('About')}
              </Tabs.Tab>
              <Tabs.Tab value="settings" aria-controls={undefined}>
                {t('Settings')}
              </Tabs.Tab>
            </Tabs.List>
          </Tabs>
        ) : null}
      </div>
    </div>
  );
}

function HeadAction({
  action,
  press,
}: {
  action: NonNullable<ToldHead['action']>;
  press: ToldHead['press'];
}) {
  const ActionSign = iconNamed(action.icon);
  return (
    <Button
      size="compact-md"
      aria-label={action.title}
      leftSection={action.icon ? <ActionSign size={16} aria-hidden /> : null}
      className={styles['action']}
      onClick={() => press?.(action.id)}
    >
      <span className={styles['notOnPhones']}>{action.title}</span>
    </Button>
  );
}

function HeadTabs({ plugin, tabs, here }: { plugin: Plugin; tabs: ToldHead['tabs']; here: string }) {
  if (!tabs) return null;
  // The sidebar, or the menu on a phone, lists them already: the style says where they are drawn all the
  // same.
  const isInSidebar = tabs.every(({ path }) => plugin.nav.some((item) => innerPath(item.path) === path));
  const isAt = (path: string): boolean => here === path || here.startsWith(`${path.replace(/\/$/, '')}/`);
  const open = tabs.filter(({ path }) => isAt(path)).toSorted((a, b) => b.path.length - a.path.length)[0];
  return (
    <nav
      className={styles['tabs']}
      data-in-sidebar={isInSidebar || undefined}
      aria-label={t('Parts of {name}', { name: plugin.name })}
    >
      {tabs.map((tab) => (
        <Link
          key={tab.path}
          to="/extensions/$pluginId"
          params={{ pluginId: plugin.id }}
          hash={tab.path}
          activeOptions={{ includeHash: true }}
          aria-current={tab === open ? 'page' : undefined}
        >
          {tab.title}
        </Link>
      ))}
    </nav>
  );
}

/** The frame itself would need a permission for it; the shell's own element needs none. Escape leaves it. */
async function fillScreen(): Promise<void> {
  try {
    await document.querySelector('[data-page-of-extension]:not([hidden])')?.requestFullscreen();
  } catch (error) {
    tellFailure(t('The browser does not fill the screen here'), error);
  }
}
