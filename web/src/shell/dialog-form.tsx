/**
 * A question with fields in a window of its own: what was refused stands below the fields, the two answers at
 * the end.
 */
import { Button, Group, Stack, Text } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { t } from '#words/words.ts';
import { Dialog } from './dialog.tsx';
import { useRefocus } from './refocus.ts';
import textStyles from './text.module.css';

type DialogFormProps = {
  title: string;
  /** What happens: a verb. */
  action: string;
  isDanger?: boolean;
  isPending: boolean;
  isDisabled?: boolean;
  /** What is said of the whole, not of one field. */
  refusal?: string | null;
  closeOnClickOutside?: boolean;
  /** Below the form. */
  foot?: ReactNode;
  onSubmit: () => void;
  onClose: () => void;
  children?: ReactNode;
};

export function DialogForm({
  title,
  action,
  isDanger = false,
  isPending,
  isDisabled = false,
  refusal = null,
  closeOnClickOutside = true,
  foot,
  onSubmit,
  onClose,
  children,
}: DialogFormProps) {
  const form = useRefocus(isPending);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Dialog onClose={onClose} title={title} closeOnClickOutside={closeOnClickOutside}>
      <form ref={form} onSubmit={submit}>
        <Stack>
          {children}
          <Text size="sm" c="var(--mantine-color-error)" role="alert" className={textStyles['breakable']}>
            {refusal}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('Cancel')}
            </Button>
            <Button
              type="submit"
              loading={isPending}
              disabled={isDisabled}
              {...(isDanger ? { color: 'red.9' } : {})}
            >
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
      {foot}
    </Dialog>
  );
}
