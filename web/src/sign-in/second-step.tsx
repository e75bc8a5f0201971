/** The step after the password: a code of the app, a recovery code or a passkey. */
import { Alert, Anchor, Button, Divider, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import IconFingerprint from '@tabler/icons-react/dist/esm/icons/IconFingerprint.mjs';
import { type FormEvent, useRef, useState } from 'react';
import { ApiError } from '#api/client.ts';
import { finishWithCode, finishWithPasskey } from '#api/factors.ts';
import type { Session } from '#api/types.ts';
import type { SecondStepAsked } from '#shell/arrival.rules.ts';
import { t } from '#words/words.ts';
import { Door } from './door.tsx';

type SecondStepProps = {
  asked: SecondStepAsked;
  onSession: (session: Session) => void;
  onStartAgain: (reason: string | null) => void;
};

export function SecondStep({ asked: { ticket, methods }, onSession, onStartAgain }: SecondStepProps) {
  const [code, setCode] = useState('');
  const codeField = useRef<HTMLInputElement>(null);
  const finish = useMutation({
    mutationFn: (how: 'code' | 'passkey') =>
      how === 'code' ? finishWithCode(ticket, code) : finishWithPasskey(ticket),
    onSuccess: onSession,
    onError: (error) => {
      setCode('');
      codeField.current?.focus();
      if (error instanceof ApiError && error.kind === 'sign-in-expired')
        onStartAgain(t('That took too long. Sign in again.'));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    finish.mutate('code');
  };
  const takesApp = methods.includes('totp');
  const takesCodes = takesApp || methods.includes('recovery');
  const takesPasskey = methods.includes('passkey');
  const isBusyWith = (how: 'code' | 'passkey') => finish.isPending && finish.variables === how;
  const passkeyButton = (
    <Button
      variant={takesApp ? 'default' : 'filled'}
      leftSection={<IconFingerprint size={18} aria-hidden />}
      loading={isBusyWith('passkey')}
      onClick={() => finish.mutate('passkey')}
      fullWidth
    >
      {t('Use a passkey')}
    </Button>
  );
  return (
    <Door
      title={t('One more step')}
      lead={t('Your account is protected by a second factor.')}
      foot={
        <Anchor
          component="button"
          type="button"
          size="sm"
          underline="always"
          onClick={() => onStartAgain(null)}
        >
          {t('Sign in as somebody else')}
        </Anchor>
      }
    >
      <Stack>
        {finish.error ? (
          <Alert color="red" variant="light" role="alert">
            {finish.error.message}
          </Alert>
        ) : null}
        {takesPasskey && !takesApp ? passkeyButton : null}
        {takesPasskey && !takesApp && takesCodes ? <Divider label={t('or')} labelPosition="center" /> : null}
        {takesCodes ? (
          <form onSubmit={submit}>
            <Stack>
              <TextInput
                ref={codeField}
                label={takesApp ? t('Code') : t('Recovery code')}
                description={
                  takesApp
                    ? t('Six digits from your authenticator app, or one of your recovery codes.')
                    : t('One of those that you kept.')
                }
                autoComplete="one-time-code"
                autoCapitalize="none"
                spellCheck={false}
                required
                withAsterisk={false}
                autoFocus
                value={code}
                onChange={(event) => setCode(event.currentTarget.value)}
              />
              <Button
                type="submit"
                variant={takesApp ? 'filled' : 'default'}
                loading={isBusyWith('code')}
                fullWidth
              >
                {t('Continue')}
              </Button>
            </Stack>
          </form>
        ) : null}
        {takesPasskey && takesApp ? (
          <>
            <Divider label={t('or')} labelPosition="center" />
            {passkeyButton}
          </>
        ) : null}
      </Stack>
    </Door>
  );
}
