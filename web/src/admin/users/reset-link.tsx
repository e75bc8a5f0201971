/** A link that lets somebody choose a new password, to hand over. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { request } from '#api/client.ts';
import type { ResetLink as Link } from '#api/keys.ts';
import type { AdminUser } from '#api/types.ts';
import { Dialog } from '#shell/dialog.tsx';
import { ShownOnce } from '#shell/shown-once.tsx';
import { When } from '#shell/times.tsx';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';

export function ResetLink({ user, onClose }: { user: AdminUser; onClose: () => void }) {
  const make = useMutation({
    mutationFn: async () =>
      (await request<Link>(`/api/admin/users/${user.id}/reset-link`, { method: 'POST' })).data,
  });
  return (
    <Dialog
      onClose={onClose}
      title={t('A reset link for {email}', { email: user.email })}
      closeOnClickOutside={!make.data}
    >
      <Stack>
        {make.error ? (
          <Alert color="red" variant="light" role="alert">
            {make.error.message}
          </Alert>
        ) : null}
        {make.data ? (
          <>
            <Text size="sm">
              <Words
                text={msg('Give it to them, and to nobody else. It works once and ends <when/>.')}
                parts={{ when: <When at={make.data.expires_at} /> }}
              />
            </Text>
            <ShownOnce label={t('Reset link')} value={make.data.url} />
            <Button onClick={onClose}>{t('Done')}</Button>
          </>
        ) : (
          <>
            <Text size="sm">
              {t(
                'The person who opens it can choose a new password, once. Their sessions and tokens end ' +
                  'then. A link made before stops working.',
              )}
            </Text>
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {t('Cancel')}
              </Button>
              <Button loading={make.isPending} onClick={() => make.mutate()} data-autofocus>
                {t('Make the link')}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Dialog>
  );
}
