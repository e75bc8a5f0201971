import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { request } from '#api/client.ts';
import { authOptionsQuery, beginSession } from '#api/session.ts';
import type { Session } from '#api/types.ts';
import { Door, DoorLink } from './door.tsx';
import { safeReturnPath } from './return-path.ts';

export function SignInPage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const search: { return?: unknown; registered?: unknown } = useSearch({ strict: false });
  const options = useQuery(authOptionsQuery);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: async () => (await request<Session>('/api/auth/session', { method: 'POST', body: { email, password }, asksWhoIAm: true })).data,
    onSuccess: (session) => {
      beginSession(client, session);
      void navigate({ to: safeReturnPath(search.return), replace: true });
    },
    onError: () => setPassword(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  const register = `/register${typeof search.return === 'string' ? `?return=${encodeURIComponent(safeReturnPath(search.return))}` : ''}`;
  return (
    <Door
      title="Sign in"
      foot={
        options.data?.registration ? (
          <>
            No account yet? <DoorLink href={register}>Register</DoorLink>
          </>
        ) : null
      }
    >
      <form onSubmit={submit}>
        <Stack mt="sm">
          {signIn.error ? (
            <Alert color="red" variant="light" role="alert">
              {signIn.error.message}
            </Alert>
          ) : null}
          {search.registered ? (
            <Alert color="teal" variant="light">
              Your account is ready. Sign in with it.
            </Alert>
          ) : null}
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
          />
          <Button type="submit" loading={signIn.isPending} fullWidth>
            Sign in
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
