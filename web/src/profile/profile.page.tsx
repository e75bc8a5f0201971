import {
  Badge,
  Button,
  Card,
  Group,
  PasswordInput,
  Select,
  SegmentedControl,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { request } from '#api/client.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import { useMe, useProfile, useSaveProfile } from '#api/session.ts';
import type { OwnSession, Profile, ThemeChoice } from '#api/types.ts';
import { Page } from '#shell/page.tsx';
import { Failure, Loading } from '#shell/states.tsx';
import { When } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { NewPassword } from '#sign-in/new-password.tsx';
import { ApiKeys } from './api-keys.tsx';
import { LinkedProviders } from './linked-providers.tsx';
import { Passkeys } from './passkeys.tsx';
import { SecondFactors } from './second-factors.tsx';

export function ProfilePage() {
  const profile = useProfile();
  const me = useMe();
  return (
    <Page title="Profile and security" reading {...(me ? { lead: me.email } : {})}>
      {profile ? (
        <Stack gap="lg">
          <About key={profile.display_name} profile={profile} />
          <Password />
          <SecondFactors />
          <Passkeys />
          <LinkedProviders />
          <ApiKeys />
          <Sessions />
        </Stack>
      ) : (
        <Loading rows={4} />
      )}
    </Page>
  );
}

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

function About({ profile }: { profile: Profile }) {
  const me = useMe();
  const save = useSaveProfile();
  const { setColorScheme } = useMantineColorScheme();
  const [draft, setDraft] = useState(profile);
  const isChanged = draft.display_name !== profile.display_name || draft.locale !== profile.locale || draft.time_zone !== profile.time_zone;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { display_name, locale, time_zone } = draft;
    save.mutate({ display_name, locale, time_zone }, { onSuccess: () => tell('Profile saved') });
  };
  const names = new Intl.DisplayNames(undefined, { type: 'language' });
  const offered = [...new Set([...locales, ...(profile.locale ? [profile.locale] : [])])];
  const zones = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), ...(profile.time_zone ? [profile.time_zone] : [])])];
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
            description="What others here call you."
            autoComplete="name"
            placeholder={me?.name}
            value={draft.display_name}
            onChange={(event) => setDraft({ ...draft, display_name: event.currentTarget.value })}
            error={errorFor(save.error, '/display_name')}
          />
          <Select
            label="Language and region"
            description="How dates and numbers are written."
            searchable
            data={offered.map((locale) => ({ value: locale, label: `${names.of(locale) ?? locale} (${locale})` }))}
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
            <Text size="sm" fw={500} mb={4} id="theme-label">
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
            {generalError(save.error, ['/display_name', '/locale', '/time_zone'])}
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

function Password() {
  const me = useMe();
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const change = useMutation({
    mutationFn: () => request('/api/auth/password', { method: 'POST', body: { current_password: current, new_password: fresh } }),
    onSuccess: async () => {
      setCurrent('');
      setFresh('');
      tell('Password changed. Every other session was ended.');
      await client.invalidateQueries({ queryKey: ['own-sessions'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  const newError = errorFor(change.error, '/new_password') ?? errorFor(change.error, '/password');
  return (
    <Card component="section" aria-labelledby="password">
      <Title order={2} id="password" mb={2}>
        Password
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        Changing it ends every other session of yours.
      </Text>
      <form onSubmit={submit}>
        <Stack>
          <PasswordInput
            label="Present password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            error={errorFor(change.error, '/current_password')}
            visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the present password', tabIndex: 0 }}
          />
          <NewPassword label="New password" value={fresh} onChange={setFresh} person={me ?? {}} error={newError} />
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {generalError(change.error, ['/current_password', '/new_password', '/password'])}
          </Text>
          <Group>
            <Button type="submit" disabled={current === '' || fresh === ''} loading={change.isPending}>
              Change password
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function Sessions() {
  const client = useQueryClient();
  const sessions = useQuery({
    queryKey: ['own-sessions'],
    queryFn: async ({ signal }) => (await request<{ items: OwnSession[] }>('/api/auth/sessions', { signal })).data.items,
  });
  const end = useMutation({
    mutationFn: (id: string) => request(`/api/auth/sessions/${id}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['own-sessions'] }),
    onError: (error) => tellFailure('The session goes on', error),
  });
  return (
    <Card component="section" aria-labelledby="sessions">
      <Title order={2} id="sessions" mb="md">
        Where you are signed in
      </Title>
      {sessions.isPending ? (
        <Loading rows={2} />
      ) : sessions.error ? (
        <Failure what="Your sessions could not be listed" error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : (
        <div className="table-wrap" tabIndex={0} role="region" aria-label="Your sessions">
          <Table verticalSpacing="xs" horizontalSpacing="md">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Browser or program</Table.Th>
                <Table.Th>Since</Table.Th>
                <Table.Th>
                  <VisuallyHidden>Actions</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sessions.data.map((session) => {
                const isCurrent = session.is_current;
                return (
                  <Table.Tr key={session.id}>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>
                      {deviceName(session)} {isCurrent ? <Badge color="teal">This one</Badge> : null}
                      <Text size="xs" c="dimmed">
                        {session.address ?? ''}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <When at={session.created_at} />
                    </Table.Td>
                    <Table.Td ta="right">
                      {isCurrent ? null : (
                        <Button
                          variant="subtle"
                          color="red"
                          size="compact-sm"
                          onClick={() => end.mutate(session.id)}
                          aria-label={`End the session of ${deviceName(session)}`}
                        >
                          End
                        </Button>
                      )}
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </Card>
  );
}

function deviceName({ kind, user_agent: agent }: OwnSession): string {
  return kind === 'program' ? `Program${agent ? ` (${agent.slice(0, 60)})` : ''}` : browserName(agent);
}

/** Enough to recognise one's own browser by. */
function browserName(agent: string | null): string {
  if (!agent) return 'Unknown browser';
  const browser = /Edg\//.test(agent)
    ? 'Edge'
    : /Firefox\//.test(agent)
      ? 'Firefox'
      : /Chrome\//.test(agent)
        ? 'Chrome'
        : /Safari\//.test(agent)
          ? 'Safari'
          : 'Another program';
  const system = /Android/.test(agent)
    ? 'Android'
    : /iPhone|iPad/.test(agent)
      ? 'iOS'
      : /Windows/.test(agent)
        ? 'Windows'
        : /Mac OS/.test(agent)
          ? 'macOS'
          : /Linux/.test(agent)
            ? 'Linux'
            : '';
  return system ? `${browser} on ${system}` : browser;
}
