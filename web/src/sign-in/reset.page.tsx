import { Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { generalError, reasonsFor } from '#api/field-errors.ts';
import { Door, DoorLink } from './door.tsx';
import { DoorForm } from './door-form.tsx';
import { NewPassword } from '#shell/new-password.tsx';
import { useTokenFromHash } from './token-from-hash.ts';

export function ResetPage() {
  const token = useTokenFromHash('/reset');
  const [password, setPassword] = useState('');
  const reset = useMutation({
    mutationFn: () =>
      request('/api/auth/password/reset', { method: 'POST', body: { token, new_password: password } }),
  });
  if (token === '') {
    return (
      <Door title="This link is not whole" lead="Open it from the letter, or copy all of it.">
        <Button component="a" href="/forgotten" fullWidth>
          Ask for a new one
        </Button>
      </Door>
    );
  }
  if (reset.isSuccess) {
    return (
      <Door title="Password changed">
        <Text size="sm" role="status">
          Every session and token of your account has ended. Sign in with the new password.
        </Text>
        <Button component="a" href="/sign-in" fullWidth mt="md">
          To sign-in
        </Button>
      </Door>
    );
  }
  return (
    <Door
      title="Choose a new password"
      foot={
        <>
          Link too old? <DoorLink href="/forgotten">Ask for a new one</DoorLink>
        </>
      }
    >
      <DoorForm
        action="Change password"
        isPending={reset.isPending}
        isDisabled={password === ''}
        refusal={generalError(reset.error, ['/new_password'])}
        onSubmit={reset.mutate}
      >
        <NewPassword
          label="New password"
          value={password}
          onChange={setPassword}
          person={{}}
          hasFocus
          reasons={reasonsFor(reset.error, '/new_password')}
        />
      </DoorForm>
    </Door>
  );
}
