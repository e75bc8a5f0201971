/** Sets up an authenticator app: password, picture, first code. */
import { Anchor, Button, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { request } from '#api/client.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import { Dialog } from '#shell/dialog.tsx';
import { useRefocus } from '#shell/refocus.ts';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
import { Confirm } from './confirm.tsx';
import styles from './authenticator-app.module.css';

type AppKey = { uri: string; secret: string; qr_svg: string };

export function AuthenticatorApp({
  onDone,
  onClose,
}: {
  onDone: (recoveryCodes: string[]) => void;
  onClose: () => void;
}) {
  const [key, setKey] = useState<AppKey | null>(null);
  if (key) return <FirstCode appKey={key} onDone={onDone} onClose={onClose} />;
  return (
    <Confirm
      title={t('Set up an authenticator app')}
      action={t('Continue')}
      onConfirm={async ({ password }) => {
        const body = password === undefined ? {} : { password };
        setKey((await request<AppKey>('/api/auth/factors/totp', { method: 'POST', body })).data);
      }}
      // Confirm closes itself when its part is done; only giving up closes the whole.
      onClose={() => setKey((present) => (present ? present : (onClose(), null)))}
    >
      <Text size="sm">{t('Afterwards signing in takes your password and a code of the app.')}</Text>
    </Confirm>
  );
}

function FirstCode({
  appKey,
  onDone,
  onClose,
}: {
  appKey: AppKey;
  onDone: (recoveryCodes: string[]) => void;
  onClose: () => void;
}) {
  const [code, setCode] = useState('');
  const confirm = useMutation({
    mutationFn: async () =>
      (
        await request<{ recovery_codes: string[] }>('/api/auth/factors/totp/confirm', {
          method: 'POST',
          body: { code },
        })
      ).data,
    onSuccess: ({ recovery_codes }) => onDone(recovery_codes),
    onError: () => setCode(''),
  });
  const form = useRefocus(confirm.isPending);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  return (
    <Dialog onClose={onClose} title={t('Set up an authenticator app')} closeOnClickOutside={false}>
      <form ref={form} onSubmit={submit}>
        <Stack>
          <Text size="sm">{t('Scan this with the app, then type the code that it shows.')}</Text>
          <Group justify="center">
            <img
              className={styles['qr']}
              width={220}
              height={220}
              alt={t('The key for your authenticator app, as a QR code')}
              src={`data:image/svg+xml,${encodeURIComponent(appKey.qr_svg)}`}
            />
          </Group>
          <Text size="sm" c="dimmed">
            <Words
              text={msg('On this very device? <link>Open the app</link>, or type the key yourself:')}
              parts={{
                link: <Anchor href={appKey.uri} size="sm" underline="always" />,
              }}
            />
          </Text>
          <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }}>
            {appKey.secret.match(/.{1,4}/g)?.join(' ')}
          </Code>
          <TextInput
            label={t('Code')}
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            withAsterisk={false}
            data-autofocus
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            error={errorFor(confirm.error, '/code')}
          />
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {generalError(confirm.error, ['/code'])}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('Cancel')}
            </Button>
            <Button type="submit" loading={confirm.isPending}>
              {t('Turn on')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
