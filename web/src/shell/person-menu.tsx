/** The menu of the person who is signed in: profile, theme, sign out. */
import { Avatar, Menu, Text, VisuallyHidden } from '@mantine/core';
import IconLogout from '@tabler/icons-react/dist/esm/icons/IconLogout.mjs';
import IconUser from '@tabler/icons-react/dist/esm/icons/IconUser.mjs';
import { Link } from '@tanstack/react-router';
import { useMe } from '#api/session.ts';
import { Email } from './email.tsx';
import { t } from '#words/words.ts';
import { themes, useSignOut, useThemeChoice } from './person-choices.ts';
import navStyles from './nav.module.css';

export function PersonMenu({ isCollapsed }: { isCollapsed: boolean }) {
  const me = useMe();
  const signOut = useSignOut();
  const { theme, choose } = useThemeChoice();
  if (!me) return null;
  const name = me.name || me.email;
  return (
    <Menu position="top-start" width={228} shadow="md" radius="md">
      <Menu.Target>
        <button
          type="button"
          className={navStyles['link']}
          style={{ minHeight: 52, borderRadius: 0, borderTop: '1px solid var(--berth-line)' }}
        >
          <Avatar size={28} radius="xl" color="harbour" variant="filled" name={name} alt="" aria-hidden />
          {isCollapsed ? (
            <VisuallyHidden>{t('{name}: your menu', { name })}</VisuallyHidden>
          ) : (
            <span className={navStyles['label']}>{name}</span>
          )}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text inherit lineClamp={2} title={me.email}>
            <Email>{me.email}</Email>
          </Text>
        </Menu.Label>
        <Menu.Item leftSection={<IconUser size={16} />} component={Link} to="/profile">
          {t('Profile and security')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('Theme')}</Menu.Label>
        <Menu.RadioGroup value={theme}>
          {themes.map(({ value, label, icon: ThemeIcon }) => (
            <Menu.RadioItem
              key={value}
              value={value}
              onChange={() => choose(value)}
              rightSection={<ThemeIcon size={16} aria-hidden />}
            >
              {t(label)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          {t('Sign out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
