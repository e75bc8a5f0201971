/** Sets up an authenticator app: password, picture, first code. */
import { Anchor, Button, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { request } from '#api/client.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import { Dialog } from '#shell/dialog.tsx';
import { useRefocus } from '#shell/refocus.ts';
import { Confirm } from './confirm.tsx';

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
      title="Set up an authenticator app"
      action="Continue"
      onConfirm={async ({ password }) => {
        const body = password === undefined ? {} : { password };
        setKey((await request<AppKey>('/api/auth/factors/totp', { method: 'POST', body })).data);
      }}
      // Confirm closes itself when its part is done; only giving up closes the whole.
      onClose={() => setKey((present) => (present ? present : (onClose(), null)))}
    >
      <Text size="sm">Afterwards signing in takes your password and a code of the app.</Text>
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
    <Dialog onClose={onClose} title="Set up an authenticator app" closeOnClickOutside={false}>
      <form ref={form} onSubmit={submit}>
        <Stack>
          <Text size="sm">Scan this with the app, then type the code that it shows.</Text>
          <Group justify="center">
            <img
              className="qr"
              width={220}
              height={220}
              alt="The key for your authenticator app, as a QR code"
              src={`data:image/svg+xml,${encodeURIComponent(appKey.qr_svg)}`}
            />
          </Group>
          <Text size="sm" c="dimmed">
            On this very device?{' '}
            <Anchor href={appKey.uri} size="sm" underline="always">
              Open the app
            </Anchor>
            , or type the key yourself:
          </Text>
          <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }}>
            {appKey.secret.match(/.{1,4}/g)?.join(' ')}
          </Code>
          <TextInput
            label="Code"
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
              Cancel
            </Button>
            <Button type="submit" loading={confirm.isPending}>
              Turn on
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
