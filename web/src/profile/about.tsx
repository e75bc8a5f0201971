/** The part of the profile that says who one is and how things are to look. */
import {
  Button,
  Card,
  Group,
  Select,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  Title,
  useMantineColorScheme,
} from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { errorFor, generalError } from '#api/field-errors.ts';
import { useMe, useSaveProfile } from '#api/session.ts';
import type { Profile, ThemeChoice } from '#api/types.ts';
import { tell, tellFailure } from '#shell/toasts.tsx';

const locales = [
  'en-GB',
  'en-US',
  'de-DE',
  'de-AT',
  'de-CH',
  'fr-FR',
  'it-IT',
  'es-ES',
  'nl-NL',
  'pt-PT',
  'pl-PL',
  'sv-SE',
  'da-DK',
  'fi-FI',
  'cs-CZ',
  'ja-JP',
];

const fields = ['full_name', 'phone', 'locale', 'time_zone'] as const;

export function About({ profile }: { profile: Profile }) {
  const me = useMe();
  const save = useSaveProfile();
  const { setColorScheme } = useMantineColorScheme();
  const [draft, setDraft] = useState(profile);
  const isChanged = fields.some((field) => draft[field] !== profile[field]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { full_name, phone, locale, time_zone } = draft;
    const onSuccess = (saved: Profile) => {
      // As it is kept: without space around.
      setDraft(saved);
      tell('Profile saved');
    };
    save.mutate({ full_name, phone, locale, time_zone }, { onSuccess });
  };
  const names = new Intl.DisplayNames(undefined, { type: 'language' });
  const offered = [...new Set([...locales, ...(profile.locale ? [profile.locale] : [])])];
  const zones = [
    ...new Set([
      'UTC',
      ...Intl.supportedValuesOf('timeZone'),
      ...(profile.time_zone ? [profile.time_zone] : []),
    ]),
  ];
  const chooseTheme = (theme: ThemeChoice) => {
    setColorScheme(theme === 'system' ? 'auto' : theme);
    save.mutate({ theme }, { onError: (error) => tellFailure('The theme was not saved', error) });
  };
  return (
    <Card component="section" aria-labelledby="about-you">
      <Title order={2} id="about-you" mb="md">
        About you
      </Title>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            description="What others here see, and what extensions are told."
            autoComplete="name"
            placeholder={me?.email}
            value={draft.full_name}
            onChange={(event) => setDraft({ ...draft, full_name: event.currentTarget.value })}
            error={errorFor(save.error, '/full_name')}
          />
          <TextInput
            label="Phone"
            description="Optional. Only you see it."
            type="tel"
            autoComplete="tel"
            value={draft.phone}
            onChange={(event) => setDraft({ ...draft, phone: event.currentTarget.value })}
            error={errorFor(save.error, '/phone')}
          />
          <Select
            label="Language and region"
            description="How dates and numbers are written."
            searchable
            data={offered.map((locale) => ({
              value: locale,
              label: `${names.of(locale) ?? locale} (${locale})`,
            }))}
            value={draft.locale || null}
            placeholder="As the browser"
            onChange={(locale) => setDraft({ ...draft, locale: locale ?? profile.locale })}
            error={errorFor(save.error, '/locale')}
          />
          <Select
            label="Time zone"
            searchable
            limit={60}
            data={zones}
            value={draft.time_zone || null}
            placeholder="As the browser"
            onChange={(zone) => setDraft({ ...draft, time_zone: zone ?? profile.time_zone })}
            error={errorFor(save.error, '/time_zone')}
          />
          <div>
            <Text size="sm" fw={550} mb={4} id="theme-label">
              Theme
            </Text>
            <SegmentedControl
              aria-labelledby="theme-label"
              data={[
                { value: 'system', label: 'As the system' },
                { value: 'light', label: 'Light' },
                { value: 'dark', label: 'Dark' },
              ]}
              value={profile.theme}
              onChange={(value) => chooseTheme(value === 'light' || value === 'dark' ? value : 'system')}
            />
          </div>
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {generalError(
              save.error,
              fields.map((field) => `/${field}`),
            )}
          </Text>
          <Group>
            <Button type="submit" disabled={!isChanged} loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
