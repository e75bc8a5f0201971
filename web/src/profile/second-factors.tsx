/** The part of the profile where one decides what signing in takes. */
import { Badge, Button, Card, Group, Stack, Switch, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { factorsQuery } from '#api/factors-query.ts';
import type { Factors } from '#api/types.ts';
import { Answered } from '#shell/answered.tsx';
import { When } from '#shell/times.tsx';
import { tell } from '#shell/toasts.tsx';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
import { AuthenticatorApp } from './authenticator-app.tsx';
import { Confirm, type Proof } from './confirm.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

type Dialog = 'set-up' | 'turn-off' | 'new-codes' | 'choose' | null;

export function SecondFactors() {
  const factors = useQuery(factorsQuery);
  return (
    <Card component="section" aria-labelledby="second-factor">
      <Title order={2} id="second-factor" mb={2}>
        {t('Second factor')}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {t('A person who learns your password still cannot sign in.')}
      </Text>
      <Answered query={factors} what={t('Your factors could not be listed')} rows={2}>
        {(data) => <Shown factors={data} />}
      </Answered>
    </Card>
  );
}

function Shown({ factors }: { factors: Factors }) {
  const client = useQueryClient();
  const [dialog, setDialog] = useState<Dialog>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const { totp, recovery_codes_left: left, passkeys, passkey_after_password: asksPasskey } = factors;
  const close = () => setDialog(null);
  const changed = () => client.invalidateQueries({ queryKey: factorsQuery.queryKey });
  const change = async (method: 'POST' | 'PUT' | 'DELETE', path: string, body: object) => {
    const { data } = await request<{ recovery_codes?: string[] | null } | undefined>(path, { method, body });
    if (data?.recovery_codes) setCodes(data.recovery_codes);
    await changed();
  };
  const turnOff = async (proof: Proof) => {
    await change('DELETE', '/api/auth/factors/totp', proof);
    tell(t('The authenticator app is off'));
  };
  return (
    <Stack>
      <Group justify="space-between" wrap="wrap">
        <div>
          <Group gap="xs">
            <Text fw={550}>{t('Authenticator app')}</Text>
            {totp.enabled ? <Badge color="teal">{t('On')}</Badge> : null}
          </Group>
          <Text size="sm" c="dimmed">
            {totp.since ? (
              <>
                <Words text={msg('Turned on <when/>')} parts={{ when: <When at={totp.since ?? ''} /> }} />
              </>
            ) : (
              t('A code of six digits from an app on your phone.')
            )}
          </Text>
        </div>
        {totp.enabled ? (
          <Button variant="default" onClick={() => setDialog('turn-off')}>
            {t('Turn off')}
          </Button>
        ) : (
          <Button variant="default" onClick={() => setDialog('set-up')}>
            {t('Set up')}
          </Button>
        )}
      </Group>
      <Switch
        label={t('Ask for a passkey after the password')}
        description={
          passkeys.length === 0
            ? t('Add a passkey below first.')
            : t('Signing in with a passkey alone stays possible.')
        }
        disabled={passkeys.length === 0}
        checked={asksPasskey}
        onChange={() => setDialog('choose')}
      />
      {totp.enabled || asksPasskey ? (
        <Group justify="space-between" wrap="wrap">
          <div>
            <Text fw={550}>{t('Recovery codes')}</Text>
            <Text size="sm" c={left < 3 ? 'var(--mantine-color-error)' : 'dimmed'}>
              {t('{count, plural, one {1 code is left.} other {# codes are left.}}', { count: left })}
            </Text>
          </div>
          <Button variant="default" onClick={() => setDialog('new-codes')}>
            {t('Make new ones')}
          </Button>
        </Group>
      ) : null}
      {dialog === 'set-up' ? (
        <AuthenticatorApp
          onClose={close}
          onDone={(made) => {
            close();
            setCodes(made);
            void changed();
          }}
        />
      ) : null}
      {dialog === 'turn-off' ? (
        <Confirm
          title={t('Turn the authenticator app off')}
          action={t('Turn off')}
          isDanger
          wantsCode
          onConfirm={turnOff}
          onClose={close}
        />
      ) : null}
      {dialog === 'new-codes' ? (
        <Confirm
          title={t('New recovery codes')}
          action={t('Make new ones')}
          wantsCode={totp.enabled}
          onConfirm={(proof) => change('POST', '/api/auth/factors/recovery-codes', proof)}
          onClose={close}
        >
          <Text size="sm">{t('The old ones stop working.')}</Text>
        </Confirm>
      ) : null}
      {dialog === 'choose' ? (
        <Confirm
          title={asksPasskey ? t('No longer ask for a passkey') : t('Ask for a passkey after the password')}
          action={asksPasskey ? t('Turn off') : t('Turn on')}
          onConfirm={(proof) =>
            change('PUT', '/api/auth/factors/choice', { ...proof, passkey_after_password: !asksPasskey })
          }
          onClose={close}
        />
      ) : null}
      {codes ? <RecoveryCodes codes={codes} onClose={() => setCodes(null)} /> : null}
    </Stack>
  );
}
