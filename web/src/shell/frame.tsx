/** What stays while pages change: the sidebar, the drawer on a phone, the search. */
import { isCovered } from '@berth/plugin-kit/frame/overlay-keys.ts';
import { ActionIcon, Drawer, Text, useMantineColorScheme } from '@mantine/core';
import { useDisclosure, useHotkeys, useLocalStorage, useWindowEvent } from '@mantine/hooks';
import IconMenu2 from '@tabler/icons-react/dist/esm/icons/IconMenu2.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { Outlet } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { usePluginEvents } from '#api/plugin-events.ts';
import { useProfile } from '#api/session.ts';
import { useLocale } from '#words/use-locale.ts';
import { t } from '#words/words.ts';
import { FocusBack } from './dialog.tsx';
import { fetchedPart, LostWindow } from './fetched-part.tsx';
import { isWriting, listenForGlobalKeys } from './global-keys.ts';
import { useLanguageOfProfile } from './language.ts';
import { Sidebar } from './nav.tsx';
import { ShellBarContext } from './shell-bar.ts';
import { Unreachable } from './unreachable.tsx';
import styles from './frame.module.css';

// Not of the first page: each comes when it is first asked for.
const Search = fetchedPart(
  async () => (await import('./search.tsx')).Search,
  ({ error, props }) => <LostWindow error={error} onClose={props.onClose} />,
);
const KeysSheet = fetchedPart(
  async () => (await import('./keys-sheet.tsx')).KeysSheet,
  ({ error, props }) => <LostWindow error={error} onClose={props.onClose} />,
);

/** @param beside what stays while pages change, below the page that is open */
export function Frame({ beside }: { beside: ReactNode }) {
  const [isCollapsed, setCollapsed] = useLocalStorage({
    key: 'berth-sidebar-collapsed',
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  const [isDrawerOpen, drawer] = useDisclosure(false);
  const [isSearchOpen, search] = useDisclosure(false);
  const [isKeysOpen, keys] = useDisclosure(false);
  const toggleSearch = () => {
    if (isSearchOpen) search.close();
    else if (!isCovered(document)) search.open();
  };
  const openKeys = () => {
    if (!isCovered(document)) keys.open();
  };
  useHotkeys([['mod+K', toggleSearch]], []);
  // `?` is on another key, with or without Shift, on each keyboard: the letter counts.
  useWindowEvent('keydown', (event) => {
    if (event.key === '?' && !event.defaultPrevented && !isWriting(event.target)) openKeys();
  });
  useEffect(() => listenForGlobalKeys((key) => (key === '?' ? openKeys() : toggleSearch())));
  useThemeOfProfile();
  useLanguageOfProfile();
  useLocale();
  usePluginEvents();
  const bar = { openMenu: drawer.open, openSearch: search.open };
  const findFromDrawer = () => {
    drawer.close();
    search.open();
  };
  return (
    <div className={styles['frame']} data-collapsed={isCollapsed || undefined}>
      <a href="#content" className={styles['skipLink']} onClick={skipToContent}>
        {t('Skip to content')}
      </a>
      <aside className={styles['sidebar']} aria-label={t('Sidebar')}>
        <Sidebar
          isCollapsed={isCollapsed}
          onToggle={() => setCollapsed(!isCollapsed)}
          onSearch={search.open}
        />
      </aside>
      <div className={styles['content']}>
        <header className={styles['topbar']}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('Open the menu')}
            onClick={drawer.open}
          >
            <IconMenu2 size={20} />
          </ActionIcon>
          <img src="/mark.svg" alt="" width={24} height={24} />
          <Text fw={650}>Berth</Text>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            ml="auto"
            aria-label={t('Search')}
            onClick={search.open}
          >
            <IconSearch size={20} />
          </ActionIcon>
        </header>
        <Unreachable />
        <main id="content" tabIndex={-1} style={{ outline: 'none' }}>
          <ShellBarContext value={bar}>
            <Outlet />
          </ShellBarContext>
          {beside}
        </main>
      </div>
      {isDrawerOpen ? (
        <Drawer.Root opened onClose={drawer.close} size={286}>
          <FocusBack />
          <Drawer.Overlay />
          <Drawer.Content aria-label={t('Menu')}>
            <Drawer.Body p={0}>
              <div className={styles['sidebar']} style={{ height: '100dvh', border: 0 }}>
                <Sidebar isCollapsed={false} onSearch={findFromDrawer} onLeave={drawer.close} />
              </div>
            </Drawer.Body>
          </Drawer.Content>
        </Drawer.Root>
      ) : null}
      {isSearchOpen ? <Search onClose={search.close} onKeys={keys.open} /> : null}
      {isKeysOpen ? <KeysSheet onClose={keys.close} /> : null}
    </div>
  );
}

/** The fragment belongs to plugin pages: skipping moves the focus and leaves the address alone. */
function skipToContent(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#content')?.focus();
}

/** The choice follows the person to every browser that they sign in with. */
function useThemeOfProfile(): void {
  const choice = useProfile()?.theme;
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (choice !== undefined) setColorScheme(choice === 'system' ? 'auto' : choice);
  }, [choice, setColorScheme]);
}
