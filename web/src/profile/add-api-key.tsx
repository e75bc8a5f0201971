/** Makes a key, and shows it this one time. */
import { Button, Checkbox, MultiSelect, NativeSelect, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import { apiKeysQuery, type NewApiKey } from '#api/keys.ts';
import { usePlugins } from '#api/plugins.ts';
import { useMe } from '#api/session.ts';
import { Dialog } from '#shell/dialog.tsx';
import { DialogForm } from '#shell/dialog-form.tsx';
import { ShownOnce } from '#shell/shown-once.tsx';
import { t } from '#words/words.ts';
import { expiryOf, lifetimes, scopesOf, type Wish } from './api-key.rules.ts';

export function AddApiKey({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const me = useMe();
  const { plugins } = usePlugins();
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const [wish, setWish] = useState<Wish>({
    allPlugins: true,
    plugins: [],
    account: false,
    admin: false,
    readOnly: false,
  });
  const make = useMutation({
    mutationFn: async () =>
      (
        await request<NewApiKey>('/api/auth/keys', {
          method: 'POST',
          body: { name, scopes: scopesOf(wish), expires_at: expiryOf(days, Date.now()) },
        })
      ).data,
    onSuccess: () => client.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  });
  if (make.data) {
    return (
      <Dialog onClose={onClose} title={t('Your new key')} closeOnClickOutside={false}>
        <Stack>
          <Text size="sm">
            {t('Copy it now: it is shown this one time. Programs send it as “Authorization: Bearer …”.')}
          </Text>
          <ShownOnce label={t('API key')} value={make.data.key} />
          <Button onClick={onClose}>{t('Done')}</Button>
        </Stack>
      </Dialog>
    );
  }
  const scopeError = make.error
    ? (errorFor(make.error, '/scopes') ?? errorFor(make.error, '/scopes/0'))
    : null;
  return (
    <DialogForm
      title={t('Make an API key')}
      action={t('Make the key')}
      isPending={make.isPending}
      isDisabled={scopesOf(wish).length === 0}
      refusal={generalError(make.error, ['/name', '/scopes', '/scopes/0'])}
      onSubmit={make.mutate}
      onClose={onClose}
    >
      <TextInput
        label={t('Name')}
        description={t('So that you know it again: “backup on the NAS”.')}
        required
        withAsterisk={false}
        autoComplete="off"
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={errorFor(make.error, '/name')}
      />
      <div role="group" aria-labelledby="key-scopes">
        <Text size="sm" fw={500} id="key-scopes">
          {t('What it may use')}
        </Text>
        <Stack gap="xs" mt="xs">
          <Checkbox
            label={t('Every extension that I may use')}
            checked={wish.allPlugins}
            onChange={(event) => setWish({ ...wish, allPlugins: event.currentTarget.checked })}
          />
          {wish.allPlugins ? null : (
            <MultiSelect
              label={t('These extensions')}
              searchable
              data={plugins.map(({ id, name: title }) => ({ value: id, label: title }))}
              value={[...wish.plugins]}
              onChange={(chosen) => setWish({ ...wish, plugins: chosen })}
            />
          )}
          <Checkbox
            label={t('My account')}
            description={t('Profile, list of extensions. Never passwords, sessions or keys.')}
            checked={wish.account}
            onChange={(event) => setWish({ ...wish, account: event.currentTarget.checked })}
          />
          {me?.is_superuser ? (
            <Checkbox
              label={t('Administration')}
              description={t('Users, groups, extensions.')}
              checked={wish.admin}
              onChange={(event) => setWish({ ...wish, admin: event.currentTarget.checked })}
            />
          ) : null}
        </Stack>
        <Text size="sm" c="var(--mantine-color-error)" mt={4} role="alert">
          {scopeError}
        </Text>
      </div>
      <Switch
        label={t('For reading alone')}
        checked={wish.readOnly}
        onChange={(event) => setWish({ ...wish, readOnly: event.currentTarget.checked })}
      />
      <NativeSelect
        label={t('Good for')}
        data={lifetimes.map(({ value, label }) => ({ value, label: t(label) }))}
        value={days}
        onChange={(event) => setDays(event.currentTarget.value)}
      />
    </DialogForm>
  );
}
