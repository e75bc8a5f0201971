import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { request } from '#api/client.ts';
import { beginSession, setupQuery } from '#api/session.ts';
import type { Session } from '#api/types.ts';
import { errorFor } from '#api/field-errors.ts';
import { t } from '#words/words.ts';
import { accountBody, AccountFields, accountRefusal, emptyAccount } from './account-fields.tsx';
import { Door } from './door.tsx';
import { DoorForm } from './door-form.tsx';
import { tokenInHash } from './setup-token.ts';

export function SetupPage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const setup = useQuery(setupQuery);
  const [token, setToken] = useState(() => tokenInHash(location.hash));
  const { hash } = useLocation();
  const [isPrinted, setPrinted] = useState(token !== '');
  const [account, setAccount] = useState(emptyAccount);
  useEffect(() => {
    // The token is for one use: it is not to stay in the address bar, the history or a screenshot.
    if (hash === '') return;
    const printed = tokenInHash(hash);
    if (printed !== '') {
      setToken(printed);
      setPrinted(true);
    }
    void navigate({ to: '/setup', hash: '', replace: true });
  }, [hash, navigate]);
  const create = useMutation({
    mutationFn: async () => {
      const body = { token: token.trim(), ...accountBody(account) };
      return (await request<Session>('/api/auth/setup', { method: 'POST', body, asksWhoIAm: true })).data;
    },
    onSuccess: (session) => {
      beginSession(client, session);
      client.setQueryData(setupQuery.queryKey, { wanted: false });
      void navigate({ to: '/', replace: true });
    },
  });
  if (setup.data?.wanted === false) {
    return (
      <Door title={t('Set-up is done')} lead={t('A first account exists already. Sign in with it.')}>
        <Button component="a" href="/sign-in" fullWidth>
          {t('To sign-in')}
        </Button>
      </Door>
    );
  }
  return (
    <Door
      title={t('Welcome to Berth')}
      lead={t('Create the first account. It is a superuser: it can do everything here.')}
    >
      <DoorForm
        action={t('Create account')}
        isPending={create.isPending}
        refusal={accountRefusal(create.error, ['/token'])}
        onSubmit={create.mutate}
      >
        <PasswordInput
          label={t('Set-up token')}
          description={
            isPrinted
              ? t('Taken from the address that was printed.')
              : t('Berth printed it where it was started.')
          }
          required
          withAsterisk={false}
          autoComplete="off"
          spellCheck={false}
          autoFocus={!isPrinted}
          value={token}
          onChange={(event) => {
            setToken(event.currentTarget.value);
            setPrinted(false);
          }}
          error={errorFor(create.error, '/token')}
          visibilityToggleButtonProps={{ 'aria-label': t('Show or hide the token'), tabIndex: 0 }}
        />
        <AccountFields value={account} onChange={setAccount} error={create.error} hasFocus={isPrinted} />
      </DoorForm>
    </Door>
  );
}
