/** Invites somebody to make an account of their own, and lists who has not come yet. */
import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import { type Invitation, invitationsQuery, type NewInvitation } from '#api/keys.ts';
import { Dialog } from '#shell/dialog.tsx';
import { DialogForm } from '#shell/dialog-form.tsx';
import { ShownOnce } from '#shell/shown-once.tsx';
import { When } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { Words } from '#words/with-parts.tsx';
import { Email } from '#shell/email.tsx';
import { msg, t } from '#words/words.ts';

export function Invite({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const waiting = useQuery(invitationsQuery);
  const invite = useMutation({
    mutationFn: async () =>
      (await request<NewInvitation>('/api/admin/invitations', { method: 'POST', body: { email } })).data,
    onSuccess: () => client.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  });
  if (invite.data) {
    const { email: guest, mailed, url, expires_at: endsAt } = invite.data;
    return (
      <Dialog onClose={onClose} title={t('{email} is invited', { email: guest })} closeOnClickOutside={false}>
        <Stack>
          <Text size="sm">
            <Words
              text={
                mailed
                  ? msg(
                      'A letter is on its way. You can give them the link as well; it works once and ends ' +
                        '<when/>.',
                    )
                  : msg('Give them this link; it works once and ends <when/>.')
              }
              parts={{ when: <When at={endsAt} /> }}
            />
          </Text>
          <ShownOnce label={t('Invitation')} value={url} />
          <Button onClick={onClose}>{t('Done')}</Button>
        </Stack>
      </Dialog>
    );
  }
  return (
    <DialogForm
      title={t('Invite a person')}
      action={t('Invite')}
      isPending={invite.isPending}
      refusal={generalError(invite.error, ['/email'])}
      foot={waiting.data && waiting.data.length > 0 ? <Waiting invitations={waiting.data} /> : null}
      onSubmit={invite.mutate}
      onClose={onClose}
    >
      <TextInput
        label={t('E-mail')}
        description={t('The account will be theirs, with a password that only they know.')}
        type="email"
        required
        withAsterisk={false}
        autoComplete="off"
        data-autofocus
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={errorFor(invite.error, '/email')}
      />
    </DialogForm>
  );
}

function Waiting({ invitations }: { invitations: readonly Invitation[] }) {
  const client = useQueryClient();
  const withdraw = useMutation({
    mutationFn: ({ id }: Invitation) => request(`/api/admin/invitations/${id}`, { method: 'DELETE' }),
    onSuccess: async (_, { email }) => {
      await client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
      tell(t('The invitation of {email} was withdrawn', { email }));
    },
    onError: (error) => tellFailure(t('The invitation stands'), error),
  });
  return (
    <section aria-labelledby="waiting-invitations">
      <Title order={3} size="h4" id="waiting-invitations" mt="lg" mb="xs">
        {t('Invited, not here yet')}
      </Title>
      <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
        {invitations.map((invitation) => (
          <Group component="li" key={invitation.id} justify="space-between" wrap="nowrap">
            <div style={{ minWidth: 0 }}>
              <Text size="sm">
                <Email>{invitation.email}</Email>
              </Text>
              <Text size="xs" c="dimmed">
                <Words text={msg('ends <when/>')} parts={{ when: <When at={invitation.expires_at} /> }} />
              </Text>
            </div>
            <Button
              variant="subtle"
              color="red"
              size="compact-sm"
              loading={withdraw.isPending && withdraw.variables.id === invitation.id}
              onClick={() => withdraw.mutate(invitation)}
              aria-label={t('Withdraw the invitation of {email}', { email: invitation.email })}
            >
              {t('Withdraw')}
            </Button>
          </Group>
        ))}
      </Stack>
    </section>
  );
}
