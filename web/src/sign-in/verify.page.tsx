import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import { beginSession } from '#api/session.ts';
import type { Session } from '#api/types.ts';
import { tell } from '#shell/toasts.tsx';
import { Door, DoorLink } from './door.tsx';
import { DoorForm } from './door-form.tsx';
import { useTokenFromHash } from './token-from-hash.ts';

/** The letter shows whose mailbox it is, the password who registered: whoever opens a letter that a stranger caused opens nothing of theirs. */
export function VerifyPage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const token = useTokenFromHash('/verify');
  const [password, setPassword] = useState('');
  const verify = useMutation({
    mutationFn: async () =>
      (
        await request<Session>('/api/auth/verify', {
          method: 'POST',
          body: { token, password },
          asksWhoIAm: true,
        })
      ).data,
    onSuccess: (session) => {
      beginSession(client, session);
      tell(`${session.user.email} is verified, and you are signed in`);
      void navigate({ to: '/', replace: true });
    },
  });
  const wrong = errorFor(verify.error, '/password');
  if (token === '') {
    return (
      <Door title="This link is not whole" lead="Open it from the letter, or copy all of it.">
        <Button component="a" href="/register" fullWidth>
          Register again
        </Button>
      </Door>
    );
  }
  return (
    <Door
      title="Verify your e-mail"
      lead="Give the password that you chose when you registered, and your account is ready."
      foot={
        <>
          Link too old? <DoorLink href="/register">Register again</DoorLink>
        </>
      }
    >
      <DoorForm
        action="Verify and sign in"
        isPending={verify.isPending}
        isDisabled={password === ''}
        refusal={generalError(verify.error, ['/password'])}
        onSubmit={verify.mutate}
        after={wrong ? <DoorLink href="/forgotten">Choose a new password by mail instead</DoorLink> : null}
      >
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          autoFocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={
            wrong
              ? `${wrong} Several letters? Try the others. You did not register? Close this page: nobody gets in.`
              : null
          }
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
        />
      </DoorForm>
    </Door>
  );
}
