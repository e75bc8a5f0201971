/** The part of the profile that says who one is and how things are to look. */
import { languageOf } from '@berth/plugin-kit/frame/words.ts';
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
import { useRefocus } from '#shell/refocus.ts';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { languages, t } from '#words/words.ts';

/** Languages with every word, and their regions, which write dates and numbers in their own way. */
const locales = ['en-GB', 'en-US', 'en-IE', 'en-150', 'de-DE', 'de-AT', 'de-CH'];

const fields = ['full_name', 'phone', 'locale', 'time_zone'] as const;

export function About({ profile }: { profile: Profile }) {
  const me = useMe();
  const save = useSaveProfile();
  const { setColorScheme } = useMantineColorScheme();
  const [draft, setDraft] = useState(profile);
  const isChanged = fields.some((field) => draft[field] !== profile[field]);
  const form = useRefocus(save.isPending);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { full_name, phone, locale, time_zone } = draft;
    const onSuccess = (saved: Profile) => {
      // As it is kept: without space around.
      setDraft(saved);
      tell(t('Profile saved'));
    };
    save.mutate({ full_name, phone, locale, time_zone }, { onSuccess });
  };
  const spoken = locales.filter((tag) => languages.includes(languageOf(tag)));
  const offered = [...new Set([...spoken, ...(profile.locale ? [profile.locale] : [])])];
  const zones = [
    ...new Set([
      'UTC',
      ...Intl.supportedValuesOf('timeZone'),
      ...(profile.time_zone ? [profile.time_zone] : []),
    ]),
  ];
  const chooseTheme = (theme: ThemeChoice) => {
    setColorScheme(theme === 'system' ? 'auto' : theme);
    save.mutate({ theme }, { onError: (error) => tellFailure(t('The theme was not saved'), error) });
  };
  return (
    <Card component="section" aria-labelledby="about-you">
      <Title order={2} id="about-you" mb="md">
        {t('About you')}
      </Title>
      <form ref={form} onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('Name')}
            description={t('What others here see, and what extensions are told.')}
            autoComplete="name"
            placeholder={me?.email}
            value={draft.full_name}
            onChange={(event) => setDraft({ ...draft, full_name: event.currentTarget.value })}
            error={errorFor(save.error, '/full_name')}
          />
          <TextInput
            label={t('Phone')}
            description={t('Optional. Only you see it.')}
            type="tel"
            autoComplete="tel"
            value={draft.phone}
            onChange={(event) => setDraft({ ...draft, phone: event.currentTarget.value })}
            error={errorFor(save.error, '/phone')}
          />
          <Select
            label={t('Language and region')}
            description={t('Of the words, and how dates and numbers are written.')}
            searchable
            data={offered.map((locale) => ({
              value: locale,
              label: `${nameOfLanguage(locale)} (${locale})`,
            }))}
            value={draft.locale || null}
            placeholder={t('As the browser')}
            onChange={(locale) => setDraft({ ...draft, locale: locale ?? profile.locale })}
            error={errorFor(save.error, '/locale')}
          />
          <Select
            label={t('Time zone')}
            searchable
            limit={60}
            data={zones}
            value={draft.time_zone || null}
            placeholder={t('As the browser')}
            onChange={(zone) => setDraft({ ...draft, time_zone: zone ?? profile.time_zone })}
            error={errorFor(save.error, '/time_zone')}
          />
          <div>
            <Text size="sm" fw={550} mb={4} id="theme-label">
              {t('Theme')}
            </Text>
            <SegmentedControl
              aria-labelledby="theme-label"
              data={[
                { value: 'system', label: t('As the system') },
                { value: 'light', label: t('Light') },
                { value: 'dark', label: t('Dark') },
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
              {t('Save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

/** Each in its own language: it is found also by a reader of that language alone. */
function nameOfLanguage(locale: string): string {
  return new Intl.DisplayNames(locale, { type: 'language' }).of(locale) ?? locale;
}
