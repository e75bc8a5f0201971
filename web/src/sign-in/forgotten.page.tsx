import { Button, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { authOptionsQuery } from '#api/session.ts';
import { Door, DoorLink } from './door.tsx';
import { DoorForm } from './door-form.tsx';

export function ForgottenPage() {
  const options = useQuery(authOptionsQuery);
  const [email, setEmail] = useState('');
  const ask = useMutation({ mutationFn: () => request('/api/auth/password/forgot', { method: 'POST', body: { email } }) });
  const foot = (
    <>
      Remembered it? <DoorLink href="/sign-in">Sign in</DoorLink>
    </>
  );
  if (options.data && !options.data.mail) {
    return (
      <Door title="Forgotten password" lead="This Berth sends no mail. An administrator can make you a link that lets you choose a new password.">
        <Button component="a" href="/sign-in" fullWidth>
          To sign-in
        </Button>
      </Door>
    );
  }
  if (ask.isSuccess) {
    return (
      <Door title="Look into your mail" foot={foot}>
        <Text size="sm" role="status">
          If there is an account with {email}, a letter with a link is on its way. The link is good for one hour. Nothing there? Look among the spam, then ask
          again.
        </Text>
        <Button variant="default" fullWidth mt="md" onClick={() => ask.reset()}>
          Ask again
        </Button>
      </Door>
    );
  }
  return (
    <Door title="Forgotten password" lead="We send a link that lets you choose a new one." foot={foot}>
      <DoorForm action="Send the link" isPending={ask.isPending} refusal={ask.error?.message} onSubmit={ask.mutate}>
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
      </DoorForm>
    </Door>
  );
}
