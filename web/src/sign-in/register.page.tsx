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
  const options = useQuery(authOptionsQuery);
  const invitation = useTokenFromHash('/register');
  const invited = useInvitation(invitation);
  if (invited.error) return <InvitationFailure invited={invited} />;
  if (options.data?.registration === false && invitation === '')
    return <RegistrationClosed isByInvitation={options.data.registration_mode === 'invited'} />;
  return <Registration invitation={invitation} invited={invited.data} />;
}

type Invited = { email: string; invited_by: string };

function useInvitation(invitation: string) {
  return useQuery({
    queryKey: ['invitation', invitation],
    queryFn: async () =>
      (await request<Invited>('/api/auth/invitation', { method: 'POST', body: { token: invitation } })).data,
    enabled: invitation !== '',
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function InvitationFailure({ invited }: { invited: ReturnType<typeof useInvitation> }) {
  const { error, isFetching, refetch } = invited;
  if (isUnreachable(error) || !(error instanceof ApiError) || error.status >= 500)
    return (
      <Door title={t('The invitation could not be read')} lead={error?.message ?? ''}>
        <Button fullWidth loading={isFetching} onClick={() => void refetch()}>
          {t('Try again')}
        </Button>
      </Door>
    );
  return (
    <Door
      title={t('This invitation is not good any more')}
      lead={t('It was used, withdrawn, or is too old. Ask the person who invited you for a new one.')}
    >
      <ToSignIn />
    </Door>
  );
}

function RegistrationClosed({ isByInvitation }: { isByInvitation: boolean }) {
  return (
    <Door
      title={isByInvitation ? t('Registration is by invitation') : t('Registration is closed')}
      lead={
        isByInvitation
          ? t('Ask an administrator for an invitation.')
          : t('Ask an administrator for an account.')
      }
    >
      <ToSignIn />
    </Door>
  );
}

function ToSignIn() {
  return (
    <Button component="a" href="/sign-in" fullWidth>
      {t('To sign-in')}
    </Button>
  );
}

type RegistrationProps = { invitation: string; invited: Invited | undefined };

function Registration({ invitation, invited }: RegistrationProps) {
  const [typed, setAccount] = useState(emptyAccount);
  const account = { ...typed, email: invited?.email ?? typed.email };
  const register = useRegister(account, invitation);
  const foot = (
    <Words
      text={msg('Have an account? <link>Sign in</link>')}
      parts={{ link: <DoorLink href="/sign-in" /> }}
    />
  );
  if (register.isSuccess && register.data === null)
    return (
      <Door title={t('Look into your mail')} foot={foot}>
        <Text size="sm" role="status">
          {t(
            'A letter to {email} is on its way. Open the link in it, give your password once more, ' +
              'and the account is ready. Nothing there? Look among the spam, then register again.',
            { email: account.email },
          )}
        </Text>
        <Button variant="default" fullWidth mt="md" onClick={() => register.reset()}>
          {t('Register again')}
        </Button>
      </Door>
    );
  return (
    <Door
      title={t('Create an account')}
      {...(invited ? { lead: t('{name} invites you.', { name: invited.invited_by }) } : {})}
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
          isEmailFixed={invited !== undefined}
          hasFocus={invitation === ''}
        />
      </DoorForm>
    </Door>
  );
}

/** Makes the account and signs in; `null`: it waits for its e-mail to be verified. */
function useRegister(account: typeof emptyAccount, invitation: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const search: { return?: unknown } = useSearch({ strict: false });
  return useMutation({
    mutationFn: async () => {
      const { email, password } = account;
      const person = accountBody(account);
      const body = invitation === '' ? person : { ...person, invitation };
      const { data } = await request<{ id?: string }>('/api/auth/register', { method: 'POST', body });
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
}
