/** Adds an account; the person chooses the password by a link, unless the admin gives one. */
import { Button, PasswordInput, Radio, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import type { AddedUser } from '#api/types.ts';
import { Dialog } from '#shell/dialog.tsx';
import { DialogForm } from '#shell/dialog-form.tsx';
import { ShownOnce } from '#shell/shown-once.tsx';
import { When } from '#shell/times.tsx';
import { tell } from '#shell/toasts.tsx';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';

export function AddUser({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [isByLink, setByLink] = useState(true);
  const [isSuperuser, setSuperuser] = useState(false);
  const add = useMutation({
    mutationFn: async () =>
      (
        await request<AddedUser>('/api/admin/users', {
          method: 'POST',
          body: {
            email,
            is_superuser: isSuperuser,
            ...(isByLink ? {} : { password }),
            ...(name.trim() ? { name: name.trim() } : {}),
          },
        })
      ).data,
    onSuccess: async ({ first_password: link }) => {
      await client.invalidateQueries({ queryKey: ['admin-users'] });
      if (link) return;
      tell(t('{email} can sign in now', { email }));
      onClose();
    },
  });
  if (add.data?.first_password) return <FirstPassword user={add.data} onClose={onClose} />;
  return (
    <DialogForm
      title={t('Add a user')}
      action={t('Add user')}
      isPending={add.isPending}
      refusal={generalError(add.error, ['/email', '/name', '/password'])}
      onSubmit={add.mutate}
      onClose={onClose}
    >
      <TextInput
        label={t('E-mail')}
        type="email"
        required
        withAsterisk={false}
        autoComplete="off"
        data-autofocus
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={errorFor(add.error, '/email')}
      />
      <TextInput
        label={t('Name')}
        description={t('Optional.')}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={errorFor(add.error, '/name')}
      />
      <Radio.Group
        label={t('How they get in')}
        value={isByLink ? 'link' : 'password'}
        onChange={(value) => setByLink(value === 'link')}
      >
        <Stack gap="xs" mt={6}>
          <Radio
            value="link"
            label={t('By a link')}
            description={t('They choose their password, and nobody else learns it.')}
          />
          <Radio value="password" label={t('By a password that I choose')} />
        </Stack>
      </Radio.Group>
      {isByLink ? null : (
        <PasswordInput
          label={t('First password')}
          description={t('Tell it to them; they can change it in their profile.')}
          required
          withAsterisk={false}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={errorFor(add.error, '/password')}
          aria-invalid={errorFor(add.error, '/password') ? true : undefined}
          visibilityToggleButtonProps={{ 'aria-label': t('Show or hide the password'), tabIndex: 0 }}
        />
      )}
      <Switch
        label={t('Superuser')}
        description={t('Can do everything here.')}
        checked={isSuperuser}
        onChange={(event) => setSuperuser(event.currentTarget.checked)}
      />
    </DialogForm>
  );
}

function FirstPassword({ user, onClose }: { user: AddedUser; onClose: () => void }) {
  const link = user.first_password;
  if (!link) return null;
  return (
    <Dialog
      onClose={onClose}
      title={t('{email} was added', { email: user.email })}
      closeOnClickOutside={false}
    >
      <Stack>
        <Text size="sm">
          <Words
            text={
              link.mailed
                ? msg(
                    'A letter is on its way. You can give them the link as well: with it they choose their ' +
                      'password. It works once and ends <when/>.',
                  )
                : msg(
                    'Give them this link: with it they choose their password. It works once ' +
                      'and ends <when/>.',
                  )
            }
            parts={{ when: <When at={link.expires_at} /> }}
          />
        </Text>
        <ShownOnce label={t('Link for the first password')} value={link.url} />
        <Button onClick={onClose}>{t('Done')}</Button>
      </Stack>
    </Dialog>
  );
}
