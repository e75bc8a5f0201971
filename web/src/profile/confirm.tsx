/** Asks for the password, and where it must be for a code, before anything changes how one signs in. */
import { Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { factorsQuery } from '#api/factors.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import { useMe } from '#api/session.ts';

export type Proof = { password?: string; code?: string };

type ConfirmProps = {
  title: string;
  children?: ReactNode;
  action: string;
  isDanger?: boolean;
  wantsCode?: boolean;
  /** @throws what is shown; done when it resolves */
  onConfirm: (proof: Proof) => Promise<unknown>;
  onClose: () => void;
};

export function Confirm({ title, children, action, isDanger = false, wantsCode = false, onConfirm, onClose }: ConfirmProps) {
  const me = useMe();
  const hasPassword = useQuery(factorsQuery).data?.has_password ?? true;
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const confirm = useMutation({
    mutationFn: () => onConfirm({ ...(password === '' ? {} : { password }), ...(wantsCode ? { code } : {}) }),
    onSuccess: onClose,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack>
          {children}
          <input type="hidden" autoComplete="username" value={me?.email ?? ''} readOnly />
          {hasPassword ? (
            <PasswordInput
              label="Password"
              autoComplete="current-password"
              required
              withAsterisk={false}
              data-autofocus
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              error={errorFor(confirm.error, '/password')}
              visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
            />
          ) : (
            <Text size="sm" c="dimmed">
              You have no password here: this takes a sign-in of the last ten minutes.
            </Text>
          )}
          {wantsCode ? (
            <TextInput
              label="Code"
              description="From your authenticator app, or a recovery code."
              autoComplete="one-time-code"
              required
              withAsterisk={false}
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
              error={errorFor(confirm.error, '/code')}
            />
          ) : null}
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {generalError(confirm.error, ['/password', '/code'])}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={confirm.isPending} {...(isDanger ? { color: 'red.9' } : {})}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
