/** The part of the profile where one changes the password, or chooses a first one. */
import { Button, Card, Group, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { request } from '#api/client.ts';
import { factorsQuery } from '#api/factors-query.ts';
import { errorFor, generalError, reasonsFor } from '#api/field-errors.ts';
import { useMe } from '#api/session.ts';
import { Answered } from '#shell/answered.tsx';
import { useRefocus } from '#shell/refocus.ts';
import { tell } from '#shell/toasts.tsx';
import { NewPassword } from '#shell/new-password.tsx';
import { t } from '#words/words.ts';

export function Password() {
  const factors = useQuery(factorsQuery);
  const hasPassword = factors.data?.has_password ?? true;
  return (
    <Card component="section" aria-labelledby="password">
      <Title order={2} id="password" mb={2}>
        {t('Password')}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {hasPassword
          ? t('Changing it ends every other session of yours.')
          : t(
              'You have none: you sign in another way. With one you can also sign in where that way is ' +
                'not at hand.',
            )}
      </Text>
      <Answered query={factors} what={t('Whether you have a password could not be read')} rows={2}>
        {() => <PasswordForm key={String(hasPassword)} hasPassword={hasPassword} />}
      </Answered>
    </Card>
  );
}

function PasswordForm({ hasPassword }: { hasPassword: boolean }) {
  const me = useMe();
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const change = useMutation({
    mutationFn: () =>
      request('/api/auth/password', {
        method: 'POST',
        body: { ...(hasPassword ? { current_password: current } : {}), new_password: fresh },
      }),
    onSuccess: async () => {
      setCurrent('');
      setFresh('');
      tell(
        hasPassword
          ? t('Password changed. Every other session was ended.')
          : t('You have a password now. Every other session was ended.'),
      );
      await Promise.all([
        client.invalidateQueries({ queryKey: ['own-sessions'] }),
        client.invalidateQueries({ queryKey: factorsQuery.queryKey }),
      ]);
    },
  });
  const form = useRefocus(change.isPending);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <form ref={form} onSubmit={submit}>
      <Stack>
        <input type="hidden" autoComplete="username" value={me?.email ?? ''} readOnly />
        {hasPassword ? (
          <PasswordInput
            label={t('Present password')}
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            error={errorFor(change.error, '/current_password')}
            aria-invalid={errorFor(change.error, '/current_password') ? true : undefined}
            visibilityToggleButtonProps={{
              'aria-label': t('Show or hide the present password'),
              tabIndex: 0,
            }}
          />
        ) : null}
        <NewPassword
          label={hasPassword ? t('New password') : t('Password')}
          value={fresh}
          onChange={setFresh}
          person={me ?? {}}
          reasons={reasonsFor(change.error, '/new_password')}
        />
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {generalError(change.error, ['/current_password', '/new_password'])}
        </Text>
        <Group>
          <Button
            type="submit"
            disabled={(hasPassword && current === '') || fresh === ''}
            loading={change.isPending}
          >
            {hasPassword ? t('Change password') : t('Choose a password')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
