/** What a new account takes: e-mail, name, password. */
import { TextInput } from '@mantine/core';
import { errorFor, generalError, reasonsFor } from '#api/field-errors.ts';
import { NewPassword } from '#shell/new-password.tsx';
import { t } from '#words/words.ts';

export type NewAccount = { email: string; name: string; password: string };

type AccountFieldsProps = {
  value: NewAccount;
  onChange: (value: NewAccount) => void;
  error: unknown;
  /** By an invitation: the e-mail is given. */
  isEmailFixed?: boolean;
  hasFocus: boolean;
};

export const emptyAccount: NewAccount = { email: '', name: '', password: '' };

export function AccountFields({
  value,
  onChange,
  error,
  isEmailFixed = false,
  hasFocus,
}: AccountFieldsProps) {
  return (
    <>
      <TextInput
        label={t('E-mail')}
        type="email"
        autoComplete="username"
        required
        withAsterisk={false}
        autoFocus={hasFocus && !isEmailFixed}
        readOnly={isEmailFixed}
        value={value.email}
        onChange={(event) => onChange({ ...value, email: event.currentTarget.value })}
        error={errorFor(error, '/email')}
      />
      <TextInput
        label={t('Name')}
        description={t('What others here call you. Optional.')}
        autoComplete="name"
        value={value.name}
        onChange={(event) => onChange({ ...value, name: event.currentTarget.value })}
        error={errorFor(error, '/name')}
      />
      <NewPassword
        label={t('Password')}
        value={value.password}
        onChange={(password) => onChange({ ...value, password })}
        person={value}
        reasons={reasonsFor(error, '/password')}
      />
    </>
  );
}

/** As the gateway takes it. */
export function accountBody({ email, name, password }: NewAccount): {
  email: string;
  password: string;
  name?: string;
} {
  return { email, password, ...(name.trim() ? { name: name.trim() } : {}) };
}

/** What is to be said above the form. @param more pointers of the form's other fields */
export function accountRefusal(error: unknown, more: readonly string[] = []): string | null {
  return generalError(error, ['/email', '/name', '/password', ...more]);
}
