import { PasswordInput, Switch, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { tell } from '#shell/toasts.tsx';

export function AddUser({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [isSuperuser, setSuperuser] = useState(false);
  const add = useMutation({
    mutationFn: () =>
      request('/api/admin/users', {
        method: 'POST',
        body: { email, password, is_superuser: isSuperuser, ...(name.trim() ? { name: name.trim() } : {}) },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['admin-users'] });
      tell(`${email} can sign in now`);
      onClose();
    },
  });
  return (
    <DialogForm
      title="Add a user"
      action="Add user"
      isPending={add.isPending}
      refusal={generalError(add.error, ['/email', '/name', '/password'])}
      onSubmit={add.mutate}
      onClose={onClose}
    >
      <TextInput
        label="E-mail"
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
        label="Name"
        description="Optional."
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={errorFor(add.error, '/name')}
      />
      <PasswordInput
        label="First password"
        description="Tell it to them; they can change it in their profile."
        required
        withAsterisk={false}
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={errorFor(add.error, '/password')}
        aria-invalid={errorFor(add.error, '/password') ? true : undefined}
        visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
      />
      <Switch
        label="Superuser"
        description="Can do everything here."
        checked={isSuperuser}
        onChange={(event) => setSuperuser(event.currentTarget.checked)}
      />
    </DialogForm>
  );
}
