/** A field for a new password that judges it while one types, all requirements at once. */
import { List, PasswordInput, Text, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconCheck from '@tabler/icons-react/dist/esm/icons/IconCheck.mjs';
import IconPoint from '@tabler/icons-react/dist/esm/icons/IconPoint.mjs';
import { authOptionsQuery } from '#api/session.ts';
import { t } from '#words/words.ts';
import { judgePassword } from './password-policy.ts';

type NewPasswordProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  person: { email?: string; name?: string };
  /** Why the gateway refused it. */
  reasons: readonly string[];
  hasFocus?: boolean;
};

export function NewPassword({ label, value, onChange, person, reasons, hasFocus = false }: NewPasswordProps) {
  const policy = useQuery(authOptionsQuery).data?.password_policy ?? [];
  const judged = judgePassword(policy, value, person);
  // What the list below says already is not said twice.
  const others = reasons.filter((reason) => !policy.some(({ message }) => message === reason));
  const isRefused = others.length > 0 || (reasons.length > 0 && judged.some(({ met }) => !met));
  return (
    <div>
      <PasswordInput
        label={label}
        autoComplete="new-password"
        required
        withAsterisk={false}
        autoFocus={hasFocus}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={isRefused ? others.join(' ') || true : null}
        aria-invalid={isRefused}
        aria-describedby="password-policy"
        visibilityToggleButtonProps={{ 'aria-label': t('Show or hide the password'), tabIndex: 0 }}
      />
      <List id="password-policy" center mt="xs" spacing={2} size="sm" listStyleType="none" aria-live="polite">
        {judged.map((item) => (
          <List.Item
            key={item.id}
            icon={
              item.met ? (
                <IconCheck size={16} aria-hidden color="var(--mantine-color-teal-6)" />
              ) : (
                <IconPoint size={16} aria-hidden color="var(--mantine-color-dimmed)" />
              )
            }
          >
            <Text
              size="sm"
              span
              {...(item.met ? {} : { c: isRefused ? 'var(--mantine-color-error)' : 'dimmed' })}
            >
              {item.message}
            </Text>
            <VisuallyHidden> {item.met ? t('(met)') : t('(not met yet)')}</VisuallyHidden>
          </List.Item>
        ))}
      </List>
    </div>
  );
}
