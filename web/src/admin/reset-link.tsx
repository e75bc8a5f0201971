/** A link that lets somebody choose a new password, to hand over. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { request } from '#api/client.ts';
import type { ResetLink as Link } from '#api/keys.ts';
import type { AdminUser } from '#api/types.ts';
import { Dialog } from '#shell/dialog.tsx';
import { ShownOnce } from '#shell/shown-once.tsx';
import { When } from '#shell/times.tsx';

export function ResetLink({ user, onClose }: { user: AdminUser; onClose: () => void }) {
  const make = useMutation({
    mutationFn: async () =>
      (await request<Link>(`/api/admin/users/${user.id}/reset-link`, { method: 'POST' })).data,
  });
  return (
    <Dialog onClose={onClose} title={`A reset link for ${user.email}`} closeOnClickOutside={!make.data}>
      <Stack>
        {make.error ? (
          <Alert color="red" variant="light" role="alert">
            {make.error.message}
          </Alert>
        ) : null}
        {make.data ? (
          <>
            <Text size="sm">
              Give it to them, and to nobody else. It works once and ends <When at={make.data.expires_at} />.
            </Text>
            <ShownOnce label="Reset link" value={make.data.url} />
            <Button onClick={onClose}>Done</Button>
          </>
        ) : (
          <>
            <Text size="sm">
              The person who opens it can choose a new password, once. Their sessions and tokens end then. A
              link made before stops working.
            </Text>
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button loading={make.isPending} onClick={() => make.mutate()} data-autofocus>
                Make the link
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Dialog>
  );
}
