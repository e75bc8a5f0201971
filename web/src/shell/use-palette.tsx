/**
 * What the palette shows for the words that are written: places, results of extensions, people, groups,
 * commands.
 */
import IconKeyboard from '@tabler/icons-react/dist/esm/icons/IconKeyboard.mjs';
import IconLogout from '@tabler/icons-react/dist/esm/icons/IconLogout.mjs';
import IconPlayerPause from '@tabler/icons-react/dist/esm/icons/IconPlayerPause.mjs';
import IconUser from '@tabler/icons-react/dist/esm/icons/IconUser.mjs';
import IconUsersGroup from '@tabler/icons-react/dist/esm/icons/IconUsersGroup.mjs';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useFoundInPlugins, type Found } from '#api/contributions.ts';
import { groupsQuery, peopleNamedQuery } from '#api/people.ts';
import { useDecidesRequests } from '#api/pending.ts';
import { isServed, isSwitchedOff, usePlugins } from '#api/plugins.ts';
import { recentPlaces, rememberPlace, type RecentPlace } from '#api/recent.ts';
import { useMe } from '#api/session.ts';
import type { Plugin } from '#api/types.ts';
import { midSentence, t } from '#words/words.ts';
import { iconNamed } from './icons.ts';
import { innerPath } from './inner-path.ts';
import { placesOf } from './palette.places.ts';
import type { Entry, Section } from './palette.types.ts';
import { themes, useSignOut, useThemeChoice } from './person-choices.ts';
import { rank } from './search.rules.ts';

const iconSize = 18;
const typingMs = 150;
const mostPlaces = 8;
const mostGroups = 5;

type Tools = { onClose: () => void; onKeys: () => void };

export function usePalette(words: string, { onClose, onKeys }: Tools): Section[] {
  const me = useMe();
  const decides = useDecidesRequests(me);
  const { plugins } = usePlugins();
  const navigate = useNavigate();
  const typed = words.trim();
  const [settled] = useDebouncedValue(typed, typingMs);
  const asked = typed === '' ? '' : settled;
  const isSuperuser = me?.is_superuser ?? false;
  const found = useFoundInPlugins(plugins, asked);
  const people = usePeople(isSuperuser && asked.length >= 2, asked);
  const commands = useCommands(plugins, { isSuperuser, onClose, onKeys });
  const [recent] = useState(recentPlaces);

  const goTo = (place: RecentPlace) => () => {
    onClose();
    rememberPlace(place);
    void navigate({ to: place.to, ...(place.hash === undefined ? {} : { hash: place.hash }) });
  };
  const open = (to: string, search: { q: string }) => () => {
    onClose();
    void navigate({ to, search });
  };
  const places = placesOf(plugins, { isSuperuser, decides }).map(({ id, icon, ...place }): Entry => {
    const PlaceIcon = iconNamed(icon);
    const { title, under } = place;
    return { id, title, under, icon: <PlaceIcon size={iconSize} aria-hidden />, go: goTo(place) };
  });
  const textOf = ({ title, under }: Entry) => `${title} ${under}`;
  if (typed === '')
    return filledOnly([
      { id: 'recent', title: t('Recent'), entries: recent.map((place) => recentEntry(place, goTo(place))) },
      { id: 'places', title: t('Places'), entries: places },
      { id: 'commands', title: t('Commands'), entries: commands.filter(({ id }) => !isOfExtension(id)) },
    ]);
  return filledOnly([
    { id: 'places', title: t('Places'), entries: rank(typed, places, textOf).slice(0, mostPlaces) },
    ...found.map((one) => resultsOf(one, goTo)),
    {
      id: 'people',
      title: t('People'),
      entries: people.users.map(({ id, name, email }) => ({
        id: `person-${id}`,
        title: name || email,
        under: name ? email : t('Person'),
        icon: <IconUser size={iconSize} aria-hidden />,
        go: open('/admin/users', { q: email }),
      })),
    },
    {
      id: 'groups',
      title: t('Groups'),
      entries: rank(typed, people.groups, ({ name }) => name)
        .slice(0, mostGroups)
        .map(({ id, name }) => ({
          id: `group-${id}`,
          title: name,
          under: t('Group'),
          icon: <IconUsersGroup size={iconSize} aria-hidden />,
          go: open('/admin/groups', { q: name }),
        })),
    },
    { id: 'commands', title: t('Commands'), entries: rank(typed, commands, textOf) },
  ]);
}

function usePeople(isAsked: boolean, words: string) {
  const users = useQuery({ ...peopleNamedQuery(words), enabled: isAsked }).data ?? [];
  const groups = useQuery({ ...groupsQuery, enabled: isAsked }).data ?? [];
  return isAsked ? { users, groups } : { users: [], groups: [] };
}

function useCommands(
  plugins: readonly Plugin[],
  { isSuperuser, onClose, onKeys }: Tools & { isSuperuser: boolean },
): Entry[] {
  const { theme, choose } = useThemeChoice();
  const signOut = useSignOut();
  const navigate = useNavigate();
  const command = (id: string, title: string, icon: Entry['icon'], run: () => void): Entry => ({
    id,
    title,
    under: t('Command'),
    icon,
    go: () => {
      onClose();
      run();
    },
  });
  return [
    ...themes
      .filter(({ value }) => value !== theme)
      .map(({ value, label, icon: ThemeIcon }) =>
        command(
          `theme-${value}`,
          t('Theme: {label}', { label: midSentence(t(label)) }),
          <ThemeIcon size={iconSize} aria-hidden />,
          () => choose(value),
        ),
      ),
    command('keys', t('Show the keys'), <IconKeyboard size={iconSize} aria-hidden />, onKeys),
    command('sign-out', t('Sign out'), <IconLogout size={iconSize} aria-hidden />, () => void signOut()),
    ...plugins.filter(isServed).flatMap((plugin) => {
      const PluginSign = iconNamed(plugin.icon);
      return plugin.actions.map((action): Entry => ({
        id: `action-${plugin.id}-${action.id}`,
        // Its dialog asks first: for its input, or whether it is meant.
        title: `${action.title}…`,
        under: plugin.name,
        icon: <PluginSign size={iconSize} aria-hidden />,
        go: () => {
          onClose();
          void navigate({ to: `/extensions/${plugin.id}/settings`, search: { action: action.id } });
        },
      }));
    }),
    // The number of people that lose it is said there before it happens.
    ...(isSuperuser ? plugins.filter((plugin) => !isSwitchedOff(plugin)) : []).map((plugin) =>
      command(
        `off-${plugin.id}`,
        t('Switch off {name}…', { name: plugin.name }),
        <IconPlayerPause size={iconSize} aria-hidden />,
        () => void navigate({ to: '/admin/plugins', hash: plugin.id }),
      ),
    ),
  ];
}

/** Many extensions have many of them: they are found by words alone. */
function isOfExtension(commandId: string): boolean {
  return /^(off|action)-/.test(commandId);
}

function recentEntry(place: RecentPlace, go: () => void): Entry {
  const RecentIcon = iconNamed('history');
  const { title, under, to, hash = '' } = place;
  return { id: `recent-${to}-${hash}`, title, under, icon: <RecentIcon size={iconSize} aria-hidden />, go };
}

function resultsOf(
  { plugin, items, isPending, hasFailed }: Found,
  goTo: (place: RecentPlace) => () => void,
): Section {
  const note = noteOf(plugin.name, isPending, hasFailed);
  return {
    id: `found-${plugin.id}`,
    title: plugin.name,
    entries: items.map(({ title, subtitle, path, icon }, index) => {
      const FoundIcon = iconNamed(icon ?? plugin.icon);
      const place = {
        title,
        under: plugin.name,
        to: `/extensions/${plugin.id}`,
        hash: innerPath(path ?? '/'),
      };
      return {
        id: `found-${plugin.id}-${index}-${path ?? ''}`,
        title,
        under: subtitle || plugin.name,
        icon: <FoundIcon size={iconSize} aria-hidden />,
        go: goTo(place),
      };
    }),
    ...(note === null ? {} : { note }),
  };
}

function noteOf(name: string, isPending: boolean, hasFailed: boolean): string | null {
  if (hasFailed) return t('{name} did not answer. The other results are whole.', { name });
  return isPending ? t('Searching {name} …', { name }) : null;
}

function filledOnly(sections: readonly Section[]): Section[] {
  return sections.filter(({ entries, note }) => entries.length > 0 || note !== undefined);
}
