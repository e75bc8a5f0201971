import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import { beginSession } from '#api/session.ts';
import type { Session } from '#api/types.ts';
import { tell } from '#shell/toasts.tsx';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
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
      tell(t('{email} is verified, and you are signed in', { email: session.user.email }));
      void navigate({ to: '/', replace: true });
    },
  });
  const wrong = errorFor(verify.error, '/password');
  if (token === '') {
    return (
      <Door title={t('This link is not whole')} lead={t('Open it from the letter, or copy all of it.')}>
        <Button component="a" href="/register" fullWidth>
          {t('Register again')}
        </Button>
      </Door>
    );
  }
  return (
    <Door
      title={t('Verify your e-mail')}
      lead={t('Give the password that you chose when you registered, and your account is ready.')}
      foot={
        <>
          <Words
            text={msg('Link too old? <link>Register again</link>')}
            parts={{ link: <DoorLink href="/register" /> }}
          />
        </>
      }
    >
      <DoorForm
        action={t('Verify and sign in')}
        isPending={verify.isPending}
        isDisabled={password === ''}
        refusal={generalError(verify.error, ['/password'])}
        onSubmit={verify.mutate}
        after={
          wrong ? <DoorLink href="/forgotten">{t('Choose a new password by mail instead')}</DoorLink> : null
        }
      >
        <PasswordInput
          label={t('Password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          autoFocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={
            wrong
              ? t(
                  '{wrong} Several letters? Try the others. You did not register? Close this page: nobody ' +
                    'gets in.',
                  { wrong },
                )
              : null
          }
          visibilityToggleButtonProps={{ 'aria-label': t('Show or hide the password'), tabIndex: 0 }}
        />
      </DoorForm>
    </Door>
  );
}
