/** What a person does with their own visit: the theme, and signing out. In their menu and in the palette. */
import { useMantineColorScheme } from '@mantine/core';
import IconDeviceDesktop from '@tabler/icons-react/dist/esm/icons/IconDeviceDesktop.mjs';
import IconMoon from '@tabler/icons-react/dist/esm/icons/IconMoon.mjs';
import IconSun from '@tabler/icons-react/dist/esm/icons/IconSun.mjs';
import type { Icon } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { request } from '#api/client.ts';
import { endSession, useSaveProfile } from '#api/session.ts';
import type { ThemeChoice } from '#api/types.ts';
import { msg, t, type Message } from '#words/words.ts';
import { tellFailure } from './toasts.tsx';

export const themes: readonly { value: ThemeChoice; label: Message; icon: Icon }[] = [
  { value: 'system', label: msg('As the system'), icon: IconDeviceDesktop },
  { value: 'light', label: msg('Light'), icon: IconSun },
  { value: 'dark', label: msg('Dark'), icon: IconMoon },
];

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    try {
      await request('/api/auth/session', { method: 'DELETE' });
      endSession(client);
      await navigate({ to: '/sign-in' });
    } catch (error) {
      tellFailure(t('You are still signed in'), error);
    }
  };
}

export function useThemeChoice(): { theme: ThemeChoice; choose: (value: ThemeChoice) => void } {
  const save = useSaveProfile();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return {
    theme: colorScheme === 'auto' ? 'system' : colorScheme,
    choose: (value) => {
      setColorScheme(value === 'system' ? 'auto' : value);
      save.mutate({ theme: value }, { onError: (error) => tellFailure(t('The theme was not saved'), error) });
    },
  };
}
