/** Asks for the password, and where it must be for a code, before anything changes how one signs in. */
import { PasswordInput, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { factorsQuery } from '#api/factors-query.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import { useMe } from '#api/session.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { t } from '#words/words.ts';

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

export function Confirm({
  title,
  children,
  action,
  isDanger = false,
  wantsCode = false,
  onConfirm,
  onClose,
}: ConfirmProps) {
  const me = useMe();
  const hasPassword = useQuery(factorsQuery).data?.has_password ?? true;
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const confirm = useMutation({
    mutationFn: () => onConfirm({ ...(password === '' ? {} : { password }), ...(wantsCode ? { code } : {}) }),
    onSuccess: onClose,
  });
  return (
    <DialogForm
      title={title}
      action={action}
      isDanger={isDanger}
      isPending={confirm.isPending}
      refusal={generalError(confirm.error, ['/password', '/code'])}
      onSubmit={confirm.mutate}
      onClose={onClose}
    >
      {children}
      <input type="hidden" autoComplete="username" value={me?.email ?? ''} readOnly />
      {hasPassword ? (
        <PasswordInput
          label={t('Password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={errorFor(confirm.error, '/password')}
          aria-invalid={errorFor(confirm.error, '/password') ? true : undefined}
          visibilityToggleButtonProps={{ 'aria-label': t('Show or hide the password'), tabIndex: 0 }}
        />
      ) : (
        <Text size="sm" c="dimmed">
          {t('You have no password here: this takes a sign-in of the last ten minutes.')}
        </Text>
      )}
      {wantsCode ? (
        <TextInput
          label={t('Code')}
          description={t('From your authenticator app, or a recovery code.')}
          autoComplete="one-time-code"
          required
          withAsterisk={false}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={errorFor(confirm.error, '/code')}
        />
      ) : null}
    </DialogForm>
  );
}
