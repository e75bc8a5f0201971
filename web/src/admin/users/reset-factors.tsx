/** Takes a person's second factors away who lost them. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { request } from '#api/client.ts';
import type { AdminUser } from '#api/types.ts';
import { Dialog } from '#shell/dialog.tsx';
import { Loading } from '#shell/states.tsx';
import { tell } from '#shell/toasts.tsx';
import { listed, t } from '#words/words.ts';

type Held = { totp: boolean; recovery_codes_left: number; passkeys: number; passkey_after_password: boolean };

export function ResetFactors({ user, onClose }: { user: AdminUser; onClose: () => void }) {
  const path = `/api/admin/users/${user.id}/factors`;
  const held = useQuery({
    queryKey: ['admin-factors', user.id],
    queryFn: async ({ signal }) => (await request<Held>(path, { signal })).data,
    staleTime: 0,
  });
  const reset = useMutation({
    mutationFn: () => request(path, { method: 'DELETE' }),
    onSuccess: () => {
      tell(t('{email} signs in with the password alone now', { email: user.email }));
      onClose();
    },
  });
  const failure = held.error ?? reset.error;
  const has = held.data ? wordsFor(held.data) : [];
  return (
    <Dialog onClose={onClose} title={t('Second factors of {email}', { email: user.email })}>
      <Stack>
        {failure ? (
          <Alert color="red" variant="light" role="alert">
            {failure.message}
          </Alert>
        ) : null}
        {held.isPending ? <Loading rows={1} /> : null}
        {held.data ? (
          <Text size="sm">
            {has.length > 0
              ? t(
                  'They have {factors}. After a reset the password alone opens the account: be sure who ' +
                    'asks.',
                  { factors: listed(has) },
                )
              : t('They have none.')}
          </Text>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {has.length > 0 ? t('Cancel') : t('Close')}
          </Button>
          {has.length > 0 ? (
            <Button color="red.9" loading={reset.isPending} onClick={() => reset.mutate()}>
              {t('Take them away')}
            </Button>
          ) : null}
        </Group>
      </Stack>
    </Dialog>
  );
}

function wordsFor({ totp, passkeys }: Held): string[] {
  const passkeyWords =
    passkeys > 0 ? [t('{count, plural, one {a passkey} other {# passkeys}}', { count: passkeys })] : [];
  return [...(totp ? [t('an authenticator app')] : []), ...passkeyWords];
}
