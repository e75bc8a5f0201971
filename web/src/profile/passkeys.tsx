/** One's passkeys: added, named, deleted. */
import { Badge, Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { addPasskey } from '#api/factors.ts';
import { factorsQuery } from '#api/factors-query.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import { authOptionsQuery } from '#api/session.ts';
import type { Passkey } from '#api/types.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { When } from '#shell/times.tsx';
import { tell } from '#shell/toasts.tsx';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
import { Confirm } from './confirm.tsx';

export function Passkeys() {
  const client = useQueryClient();
  const passkeys = useQuery(factorsQuery).data?.passkeys ?? [];
  const takesThem = useQuery(authOptionsQuery).data?.passkeys === true && 'PublicKeyCredential' in window;
  const [isAdding, setAdding] = useState(false);
  const [renamed, setRenamed] = useState<Passkey | null>(null);
  const [deleted, setDeleted] = useState<Passkey | null>(null);
  const changed = () => client.invalidateQueries({ queryKey: factorsQuery.queryKey });
  return (
    <Card component="section" aria-labelledby="passkeys">
      <Group
        justify="space-between"
        align="flex-start"
        wrap="wrap"
        {...(passkeys.length > 0 ? { mb: 'md' } : {})}
      >
        <div>
          <Title order={2} id="passkeys" mb={2}>
            {t('Passkeys')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('Sign in with your fingerprint, face or device, without a password.')}
          </Text>
        </div>
        <Button variant="default" disabled={!takesThem} onClick={() => setAdding(true)}>
          {t('Add a passkey')}
        </Button>
      </Group>
      {takesThem ? null : (
        <Text size="sm" c="dimmed">
          {t('Passkeys take an https address, which this one has not.')}
        </Text>
      )}
      <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
        {passkeys.map((passkey) => (
          <Group key={passkey.id} component="li" justify="space-between" wrap="wrap">
            <div>
              <Group gap="xs">
                <Text fw={550} style={{ overflowWrap: 'anywhere' }}>
                  {passkey.name}
                </Text>
                {passkey.is_synced ? <Badge color="gray">{t('Synced')}</Badge> : null}
              </Group>
              <Text size="sm" c="dimmed">
                <Words
                  text={
                    passkey.last_used_at
                      ? msg('Added <added/>, used <used/>')
                      : msg('Added <added/>, not used yet')
                  }
                  parts={{
                    added: <When at={passkey.created_at} />,
                    used: <When at={passkey.last_used_at ?? passkey.created_at} />,
                  }}
                />
              </Text>
            </div>
            <Group gap="xs">
              <Button
                variant="subtle"
                size="compact-sm"
                aria-label={t('Rename {name}', { name: passkey.name })}
                onClick={() => setRenamed(passkey)}
              >
                {t('Rename')}
              </Button>
              <Button
                variant="subtle"
                color="red"
                size="compact-sm"
                aria-label={t('Delete {name}', { name: passkey.name })}
                onClick={() => setDeleted(passkey)}
              >
                {t('Delete')}
              </Button>
            </Group>
          </Group>
        ))}
      </Stack>
      {isAdding ? (
        <Confirm
          title={t('Add a passkey')}
          action={t('Continue')}
          onConfirm={async ({ password }) => {
            const { name } = await addPasskey(password === undefined ? {} : { password }, '');
            tell(t('{name} added', { name }));
            await changed();
          }}
          onClose={() => setAdding(false)}
        >
          <Text size="sm">{t('Your browser asks next where to keep it.')}</Text>
        </Confirm>
      ) : null}
      {renamed ? <Rename passkey={renamed} onDone={changed} onClose={() => setRenamed(null)} /> : null}
      {deleted ? (
        <Confirm
          title={t('Delete {name}', { name: deleted.name })}
          action={t('Delete')}
          isDanger
          onConfirm={async (proof) => {
            await request(`/api/auth/passkeys/${deleted.id}`, { method: 'DELETE', body: proof });
            tell(t('{name} deleted', { name: deleted.name }));
            await changed();
          }}
          onClose={() => setDeleted(null)}
        >
          <Text size="sm">
            {t('Delete it on the device as well, so that it is not offered there any more.')}
          </Text>
        </Confirm>
      ) : null}
    </Card>
  );
}

function Rename({
  passkey,
  onDone,
  onClose,
}: {
  passkey: Passkey;
  onDone: () => Promise<unknown>;
  onClose: () => void;
}) {
  const [name, setName] = useState(passkey.name);
  const rename = useMutation({
    mutationFn: () => request(`/api/auth/passkeys/${passkey.id}`, { method: 'PATCH', body: { name } }),
    onSuccess: async () => {
      await onDone();
      onClose();
    },
  });
  return (
    <DialogForm
      title={t('Rename the passkey')}
      action={t('Rename')}
      isPending={rename.isPending}
      refusal={generalError(rename.error, ['/name'])}
      onSubmit={rename.mutate}
      onClose={onClose}
    >
      <TextInput
        label={t('Name')}
        required
        withAsterisk={false}
        autoComplete="off"
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={errorFor(rename.error, '/name')}
      />
    </DialogForm>
  );
}
