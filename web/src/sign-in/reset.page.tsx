import { Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { generalError, reasonsFor } from '#api/field-errors.ts';
import { Door, DoorLink } from './door.tsx';
import { DoorForm } from './door-form.tsx';
import { NewPassword } from '#shell/new-password.tsx';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
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
      <Door title={t('This link is not whole')} lead={t('Open it from the letter, or copy all of it.')}>
        <Button component="a" href="/forgotten" fullWidth>
          {t('Ask for a new one')}
        </Button>
      </Door>
    );
  }
  if (reset.isSuccess) {
    return (
      <Door title={t('Password changed')}>
        <Text size="sm" role="status">
          {t('Every session and token of your account has ended. Sign in with the new password.')}
        </Text>
        <Button component="a" href="/sign-in" fullWidth mt="md">
          {t('To sign-in')}
        </Button>
      </Door>
    );
  }
  return (
    <Door
      title={t('Choose a new password')}
      foot={
        <>
          <Words
            text={msg('Link too old? <link>Ask for a new one</link>')}
            parts={{ link: <DoorLink href="/forgotten" /> }}
          />
        </>
      }
    >
      <DoorForm
        action={t('Change password')}
        isPending={reset.isPending}
        isDisabled={password === ''}
        refusal={generalError(reset.error, ['/new_password'])}
        onSubmit={reset.mutate}
      >
        <NewPassword
          label={t('New password')}
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
