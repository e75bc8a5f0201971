/** A form at the door: what was refused first, one button last. */
import { Alert, Button, Stack } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { useRefocus } from '#shell/refocus.ts';

type DoorFormProps = {
  action: string;
  isPending: boolean;
  isDisabled?: boolean;
  /** What is said of the whole, not of one field. */
  refusal: string | null | undefined;
  onSubmit: () => void;
  /** Below the button. */
  after?: ReactNode;
  children?: ReactNode;
};

export function DoorForm({
  action,
  isPending,
  isDisabled = false,
  refusal,
  onSubmit,
  after,
  children,
}: DoorFormProps) {
  const form = useRefocus(isPending);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form ref={form} onSubmit={submit}>
      <Stack>
        {refusal ? (
          <Alert color="red" variant="light" role="alert">
            {refusal}
          </Alert>
        ) : null}
        {children}
        <Button type="submit" loading={isPending} disabled={isDisabled} fullWidth>
          {action}
        </Button>
        {after}
      </Stack>
    </form>
  );
}
