import { Alert, Button, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { request } from '#api/client.ts';
import { beginSession, setupQuery } from '#api/session.ts';
import type { Session } from '#api/types.ts';
import { Door } from './door.tsx';
import { errorFor, generalError } from '#api/field-errors.ts';
import { NewPassword } from './new-password.tsx';
import { tokenInHash } from './setup-token.ts';

export function SetupPage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const setup = useQuery(setupQuery);
  const [token, setToken] = useState(() => tokenInHash(location.hash));
  const { hash } = useLocation();
  const [isPrinted, setPrinted] = useState(token !== '');
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  useEffect(() => {
    // The token is for one use: it is not to stay in the address bar, the history or a screenshot.
    if (hash === '') return;
    const printed = tokenInHash(hash);
    if (printed !== '') {
      setToken(printed);
      setPrinted(true);
    }
    void navigate({ to: '/setup', hash: '', replace: true });
  }, [hash, navigate]);
  const create = useMutation({
    mutationFn: async () => {
      const body = { token: token.trim(), email, password, ...(name.trim() ? { name: name.trim() } : {}) };
      return (await request<Session>('/api/auth/setup', { method: 'POST', body, asksWhoIAm: true })).data;
    },
    onSuccess: (session) => {
      beginSession(client, session);
      client.setQueryData(setupQuery.queryKey, { wanted: false });
      void navigate({ to: '/', replace: true });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  if (setup.data?.wanted === false) {
    return (
      <Door title="Set-up is done" lead="A first account exists already. Sign in with it.">
        <Button component="a" href="/sign-in" fullWidth>
          To sign-in
        </Button>
      </Door>
    );
  }
  const general = generalError(create.error, ['/token', '/email', '/name', '/password']);
  return (
    <Door title="Welcome to Berth" lead="Create the first account. It is a superuser: it can do everything here.">
      <form onSubmit={submit}>
        <Stack>
          {general ? (
            <Alert color="red" variant="light" role="alert">
              {general}
            </Alert>
          ) : null}
          <TextInput
            label="Set-up token"
            description={isPrinted ? 'Taken from the address that was printed.' : 'Berth printed it where it was started.'}
            required
            withAsterisk={false}
            autoComplete="off"
            spellCheck={false}
            autoFocus={!isPrinted}
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            error={errorFor(create.error, '/token')}
          />
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus={isPrinted}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={errorFor(create.error, '/email')}
          />
          <TextInput
            label="Name"
            description="What others here call you. Optional."
            autoComplete="name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={errorFor(create.error, '/name')}
          />
          <NewPassword label="Password" value={password} onChange={setPassword} person={{ email, name }} error={errorFor(create.error, '/password')} />
          <Button type="submit" loading={create.isPending} fullWidth>
            Create account
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
