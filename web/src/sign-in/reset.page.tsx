import { Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { generalError, reasonsFor } from '#api/field-errors.ts';
import { Door, DoorLink } from './door.tsx';
import { DoorForm } from './door-form.tsx';
import { NewPassword } from './new-password.tsx';
import { useTokenFromHash } from './token-from-hash.ts';

export function ResetPage() {
  const token = useTokenFromHash('/reset');
  const [password, setPassword] = useState('');
  const reset = useMutation({
    mutationFn: () => request('/api/auth/password/reset', { method: 'POST', body: { token, new_password: password } }),
  });
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
  const general = token === '' ? 'This link is not whole. Open it from the letter, or copy all of it.' : generalError(reset.error, ['/new_password']);
  return (
    <Door
      title="Choose a new password"
      foot={
        <>
          Link too old? <DoorLink href="/forgotten">Ask for a new one</DoorLink>
        </>
      }
    >
      <DoorForm action="Change password" isPending={reset.isPending} isDisabled={token === '' || password === ''} refusal={general} onSubmit={reset.mutate}>
        <NewPassword label="New password" value={password} onChange={setPassword} person={{}} reasons={reasonsFor(reset.error, '/new_password')} />
      </DoorForm>
    </Door>
  );
}
