import { Button, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { authOptionsQuery } from '#api/session.ts';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
import { Door, DoorLink } from './door.tsx';
import { DoorForm } from './door-form.tsx';

export function ForgottenPage() {
  const options = useQuery(authOptionsQuery);
  const [email, setEmail] = useState('');
  const ask = useMutation({
    mutationFn: async () =>
      (await request<{ mail: boolean }>('/api/auth/password/forgot', { method: 'POST', body: { email } }))
        .data,
  });
  const foot = (
    <>
      <Words
        text={msg('Remembered it? <link>Sign in</link>')}
        parts={{ link: <DoorLink href="/sign-in" /> }}
      />
    </>
  );
  // The answer counts too: the options may not have come.
  if (options.data?.mail === false || ask.data?.mail === false) {
    return (
      <Door
        title={t('Forgotten password')}
        lead={t(
          'This Berth sends no mail, so no letter can reach you. An administrator can make you a ' +
            'link that lets you choose a new password: ask them for it.',
        )}
      >
        <Button component="a" href="/sign-in" fullWidth>
          {t('To sign-in')}
        </Button>
      </Door>
    );
  }
  if (ask.isSuccess) {
    return (
      <Door title={t('Look into your mail')} foot={foot}>
        <Text size="sm" role="status">
          {t(
            'If there is an account with {email}, a letter with a link is on its way. The link is ' +
              'good for one hour. Nothing there? Look among the spam, then ask again.',
            { email },
          )}
        </Text>
        <Button variant="default" fullWidth mt="md" onClick={() => ask.reset()}>
          {t('Ask again')}
        </Button>
      </Door>
    );
  }
  return (
    <Door
      title={t('Forgotten password')}
      lead={
        options.data
          ? t('We send a link that lets you choose a new one.')
          : t('A link lets you choose a new one.')
      }
      foot={foot}
    >
      <DoorForm
        action={options.data ? t('Send the link') : t('Ask for the link')}
        isPending={ask.isPending}
        refusal={ask.error?.message}
        onSubmit={ask.mutate}
      >
        <TextInput
          label={t('E-mail')}
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
