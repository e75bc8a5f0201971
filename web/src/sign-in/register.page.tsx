import { Alert, Button, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { request } from '#api/client.ts';
import { authOptionsQuery, beginSession } from '#api/session.ts';
import type { Session } from '#api/types.ts';
import { Door, DoorLink } from './door.tsx';
import { errorFor, generalError } from '#api/field-errors.ts';
import { NewPassword } from './new-password.tsx';
import { safeReturnPath } from './return-path.ts';

export function RegisterPage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const search: { return?: unknown } = useSearch({ strict: false });
  const options = useQuery(authOptionsQuery);
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const register = useMutation({
    mutationFn: async () => {
      await request('/api/auth/register', { method: 'POST', body: { email, password, ...(name.trim() ? { name: name.trim() } : {}) } });
      return (await request<Session>('/api/auth/session', { method: 'POST', body: { email, password }, asksWhoIAm: true })).data;
    },
    onSuccess: (session) => {
      beginSession(client, session);
      void navigate({ to: safeReturnPath(search.return), replace: true });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    register.mutate();
  };
  const foot = (
    <>
      Have an account? <DoorLink href="/sign-in">Sign in</DoorLink>
    </>
  );
  if (options.data?.registration === false) {
    return (
      <Door title="Registration is closed" lead="Ask an administrator for an account." foot={foot}>
        <Button component="a" href="/sign-in" fullWidth>
          To sign-in
        </Button>
      </Door>
    );
  }
  const general = generalError(register.error, ['/email', '/name', '/password']);
  return (
    <Door title="Create an account" foot={foot}>
      <form onSubmit={submit}>
        <Stack mt="sm">
          {general ? (
            <Alert color="red" variant="light" role="alert">
              {general}
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
            error={errorFor(register.error, '/email')}
          />
          <TextInput
            label="Name"
            description="What others here call you. Optional."
            autoComplete="name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={errorFor(register.error, '/name')}
          />
          <NewPassword label="Password" value={password} onChange={setPassword} person={{ email, name }} error={errorFor(register.error, '/password')} />
          <Button type="submit" loading={register.isPending} fullWidth>
            Create account
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
