import { Button, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError, isUnreachable, request } from '#api/client.ts';
import { authOptionsQuery, beginSession } from '#api/session.ts';
import type { Session } from '#api/types.ts';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
import { accountBody, AccountFields, accountRefusal, emptyAccount } from './account-fields.tsx';
import { Door, DoorLink } from './door.tsx';
import { DoorForm } from './door-form.tsx';
import { returnTo } from './return-path.ts';
import { useTokenFromHash } from './token-from-hash.ts';

export function RegisterPage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const search: { return?: unknown } = useSearch({ strict: false });
  const options = useQuery(authOptionsQuery);
  const invitation = useTokenFromHash('/register');
  const invited = useQuery({
    queryKey: ['invitation', invitation],
    queryFn: async () =>
      (
        await request<{ email: string; invited_by: string }>('/api/auth/invitation', {
          method: 'POST',
          body: { token: invitation },
        })
      ).data,
    enabled: invitation !== '',
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [typed, setAccount] = useState(emptyAccount);
  const account = { ...typed, email: invited.data?.email ?? typed.email };
  const { email, password } = account;
  const register = useMutation({
    mutationFn: async () => {
      const person = accountBody(account);
      const body = invitation === '' ? person : { ...person, invitation };
      const { data } = await request<{ id?: string }>('/api/auth/register', { method: 'POST', body });
      // Without an id, the account waits for its e-mail to be verified.
      if (data.id === undefined) return null;
      return (
        await request<Session>('/api/auth/session', {
          method: 'POST',
          body: { email, password },
          asksWhoIAm: true,
        })
      ).data;
    },
    onSuccess: (session) => {
      if (!session) return;
      beginSession(client, session);
      returnTo(search.return, navigate);
    },
  });
  const foot = (
    <>
      <Words
        text={msg('Have an account? <link>Sign in</link>')}
        parts={{ link: <DoorLink href="/sign-in" /> }}
      />
    </>
  );
  if (register.isSuccess && register.data === null) {
    return (
      <Door title={t('Look into your mail')} foot={foot}>
        <Text size="sm" role="status">
          {t(
            'A letter to {email} is on its way. Open the link in it, give your password once more, ' +
              'and the account is ready. Nothing there? Look among the spam, then register again.',
            { email },
          )}
        </Text>
        <Button variant="default" fullWidth mt="md" onClick={() => register.reset()}>
          {t('Register again')}
        </Button>
      </Door>
    );
  }
  if (
    invited.error &&
    (isUnreachable(invited.error) || !(invited.error instanceof ApiError) || invited.error.status >= 500)
  ) {
    return (
      <Door title={t('The invitation could not be read')} lead={invited.error.message}>
        <Button fullWidth loading={invited.isFetching} onClick={() => void invited.refetch()}>
          {t('Try again')}
        </Button>
      </Door>
    );
  }
  if (invited.error) {
    return (
      <Door
        title={t('This invitation is not good any more')}
        lead={t('It was used, withdrawn, or is too old. Ask the person who invited you for a new one.')}
      >
        <Button component="a" href="/sign-in" fullWidth>
          {t('To sign-in')}
        </Button>
      </Door>
    );
  }
  if (options.data?.registration === false && invitation === '') {
    const isInvited = options.data.registration_mode === 'invited';
    return (
      <Door
        title={isInvited ? t('Registration is by invitation') : t('Registration is closed')}
        lead={
          isInvited ? t('Ask an administrator for an invitation.') : t('Ask an administrator for an account.')
        }
      >
        <Button component="a" href="/sign-in" fullWidth>
          {t('To sign-in')}
        </Button>
      </Door>
    );
  }
  return (
    <Door
      title={t('Create an account')}
      {...(invited.data ? { lead: t('{name} invites you.', { name: invited.data.invited_by }) } : {})}
      foot={foot}
    >
      <DoorForm
        action={t('Create account')}
        isPending={register.isPending}
        refusal={accountRefusal(register.error)}
        onSubmit={register.mutate}
      >
        <AccountFields
          value={account}
          onChange={setAccount}
          error={register.error}
          isEmailFixed={invited.data !== undefined}
          hasFocus={invitation === ''}
        />
      </DoorForm>
    </Door>
  );
}
