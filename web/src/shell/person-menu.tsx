/** The menu of the person who is signed in: profile, theme, sign out. */
import { Avatar, Menu, Text, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import IconDeviceDesktop from '@tabler/icons-react/dist/esm/icons/IconDeviceDesktop.mjs';
import IconLogout from '@tabler/icons-react/dist/esm/icons/IconLogout.mjs';
import IconMoon from '@tabler/icons-react/dist/esm/icons/IconMoon.mjs';
import IconSun from '@tabler/icons-react/dist/esm/icons/IconSun.mjs';
import IconUser from '@tabler/icons-react/dist/esm/icons/IconUser.mjs';
import type { Icon } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { request } from '#api/client.ts';
import { endSession, useMe, useSaveProfile } from '#api/session.ts';
import type { ThemeChoice } from '#api/types.ts';
import { tellFailure } from './toasts.tsx';

const themes: readonly { value: ThemeChoice; label: string; icon: Icon }[] = [
  { value: 'system', label: 'As the system', icon: IconDeviceDesktop },
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
];

export function PersonMenu({ isCollapsed }: { isCollapsed: boolean }) {
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const save = useSaveProfile();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = async () => {
    try {
      await request('/api/auth/session', { method: 'DELETE' });
      endSession(client);
      await navigate({ to: '/sign-in' });
    } catch (error) {
      tellFailure('You are still signed in', error);
    }
  };
  const chooseTheme = (value: ThemeChoice) => {
    setColorScheme(value === 'system' ? 'auto' : value);
    save.mutate({ theme: value }, { onError: (error) => tellFailure('The theme was not saved', error) });
  };
  if (!me) return null;
  const name = me.name || me.email;
  return (
    <Menu position="top-start" width={228} shadow="md" radius="md">
      <Menu.Target>
        <button
          type="button"
          className="nav-link"
          style={{ minHeight: 52, borderRadius: 0, borderTop: '1px solid var(--berth-line)' }}
        >
          <Avatar size={28} radius="xl" color="harbour" variant="filled" name={name} alt="" aria-hidden />
          {isCollapsed ? (
            <VisuallyHidden>{name}: your menu</VisuallyHidden>
          ) : (
            <span className="nav-label">{name}</span>
          )}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text inherit lineClamp={2} className="breakable" title={me.email}>
            {me.email}
          </Text>
        </Menu.Label>
        <Menu.Item leftSection={<IconUser size={16} />} component={Link} to="/profile">
          Profile and security
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
        <Menu.RadioGroup value={colorScheme === 'auto' ? 'system' : colorScheme}>
          {themes.map(({ value, label, icon: ThemeIcon }) => (
            <Menu.RadioItem
              key={value}
              value={value}
              onChange={() => chooseTheme(value)}
              rightSection={<ThemeIcon size={16} aria-hidden />}
            >
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
