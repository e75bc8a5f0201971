/** Ctrl/Cmd-K: jump to a plugin, one of its entries, or a page. */
import { Modal, Text, TextInput, UnstyledButton, VisuallyHidden } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useDecidesRequests } from '#api/pending.ts';
import { hasSettingsPage, isSwitchedOff, usePlugins } from '#api/plugins.ts';
import { useMe } from '#api/session.ts';
import type { Plugin } from '#api/types.ts';
import { innerPath } from './inner-path.ts';
import { FocusBack } from './dialog.tsx';
import { iconNamed } from './icons.ts';
import { rank } from './search.rules.ts';

type Place = { id: string; title: string; under: string; icon: Icon; to: string; hash?: string };

export function Search({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  if (!isOpen) return null;
  return (
    <Modal.Root opened onClose={onClose} size="lg" centered={false} yOffset="12vh">
      <FocusBack />
      <Modal.Overlay />
      <Modal.Content aria-label="Search">
        <Modal.Body p={0}>
          <Palette onClose={onClose} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function Palette({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const me = useMe();
  const decides = useDecidesRequests(me);
  const { plugins } = usePlugins();
  const [words, setWords] = useState('');
  const [chosen, setChosen] = useState(0);
  const places = rank(
    words,
    placesOf(plugins, me?.is_superuser ?? false, decides),
    (place) => `${place.title} ${place.under}`,
  );
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The arrow keys go further than what is in sight.
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, words]);
  const go = (place: Place | undefined) => {
    if (!place) return;
    onClose();
    void navigate({ to: place.to, ...(place.hash === undefined ? {} : { hash: place.hash }) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setChosen((index) => (places.length === 0 ? 0 : (index + step + places.length) % places.length));
    }
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      go(places[chosen]);
    }
  };
  return (
    <div>
      <TextInput
        data-autofocus
        size="md"
        variant="unstyled"
        px="md"
        py={6}
        leftSection={<IconSearch size={18} aria-hidden />}
        placeholder="Go to…"
        aria-label="Go to an extension or a page"
        role="combobox"
        aria-expanded="true"
        aria-controls="search-places"
        aria-activedescendant={places[chosen] ? `place-${chosen}` : undefined}
        value={words}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        style={{ maxHeight: '50vh', overflowY: 'auto', borderTop: '1px solid var(--berth-line)' }}
        ref={list}
      >
        <div id="search-places" role="listbox" aria-label="Places" style={{ padding: 8 }}>
          {places.map((place, index) => (
            <UnstyledButton
              key={place.id}
              id={`place-${index}`}
              role="option"
              aria-selected={index === chosen}
              tabIndex={-1}
              className="nav-link"
              data-active={index === chosen || undefined}
              onMouseMove={() => setChosen(index)}
              onClick={() => go(place)}
            >
              <place.icon size={18} aria-hidden />
              <span className="nav-label">{place.title}</span>
              <Text size="xs" c="dimmed" truncate maw="45%">
                {place.under}
              </Text>
            </UnstyledButton>
          ))}
        </div>
        {places.length === 0 ? (
          <Text c="dimmed" size="sm" p="md">
            Nothing is called that. Try fewer letters.
          </Text>
        ) : null}
      </div>
      <VisuallyHidden role="status">{places.length} places</VisuallyHidden>
    </div>
  );
}

function placesOf(plugins: readonly Plugin[], isSuperuser: boolean, decides: boolean): Place[] {
  const page = (title: string, to: string, icon: string, under = 'Page'): Place => ({
    id: to,
    title,
    under,
    to,
    icon: iconNamed(icon),
  });
  return [
    ...plugins.flatMap((plugin) => {
      if (isSwitchedOff(plugin) && !isSuperuser) return [];
      const to = `/extensions/${plugin.id}`;
      const own = page(plugin.name, to, plugin.icon, 'Extension');
      const inner = plugin.nav.map((item) => ({
        id: `${to}#${item.id}`,
        title: item.title,
        under: plugin.name,
        to,
        hash: innerPath(item.path),
        icon: iconNamed(item.icon ?? plugin.icon),
      }));
      const settings = hasSettingsPage(plugin)
        ? [page(`${plugin.name} settings`, `${to}/settings`, 'settings', 'Settings')]
        : [];
      return [own, ...inner, ...settings];
    }),
    page('Home', '/', 'home'),
    page('Apps', '/apps', 'apps'),
    page('Profile and security', '/profile', 'user'),
    ...(isSuperuser
      ? [
          page('Users', '/admin/users', 'users', 'Admin'),
          page('Groups', '/admin/groups', 'users', 'Admin'),
          page('Plugins', '/admin/plugins', 'plug-connected', 'Admin'),
          page('Add an extension', '/admin/add-extension', 'puzzle', 'Admin'),
        ]
      : []),
    ...(isSuperuser || decides ? [page('Access requests', '/admin/requests', 'inbox', 'Admin')] : []),
    ...(isSuperuser
      ? [
          page('Connections', '/admin/connections', 'lock', 'Admin'),
          page('Manage workspaces', '/admin/workspaces', 'layout-grid', 'Admin'),
          page('Capabilities', '/admin/capabilities', 'puzzle', 'Admin'),
          page('Traffic', '/admin/traffic', 'activity', 'Admin'),
          page('Mail', '/admin/mail', 'mail', 'Admin'),
          page('Audit', '/admin/audit', 'history', 'Admin'),
        ]
      : []),
  ];
}
