import { Alert, Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { request } from '#api/client.ts';
import { Door, DoorLink } from './door.tsx';
import { useTokenFromHash } from './token-from-hash.ts';

/** A button, and not the mere opening: mail programs open links to look at them. */
export function VerifyPage() {
  const token = useTokenFromHash('/verify');
  const verify = useMutation({
    mutationFn: async () => (await request<{ email: string }>('/api/auth/verify', { method: 'POST', body: { token } })).data,
  });
  if (token === '') {
    return (
      <Door title="This link is not whole" lead="Open it from the letter, or copy all of it.">
        <Button component="a" href="/register" fullWidth>
          Register again
        </Button>
      </Door>
    );
  }
  if (verify.isSuccess) {
    return (
      <Door title="E-mail verified">
        <Text size="sm" role="status">
          {verify.data.email} is yours, and the account is ready. Sign in with it.
        </Text>
        <Button component="a" href="/sign-in" fullWidth mt="md">
          To sign-in
        </Button>
      </Door>
    );
  }
  return (
    <Door
      title="Verify your e-mail"
      lead="One step, and your account is ready."
      foot={
        <>
          Link too old? <DoorLink href="/register">Register again</DoorLink>
        </>
      }
    >
      <Stack>
        {verify.error ? (
          <Alert color="red" variant="light" role="alert">
            {verify.error.message}
          </Alert>
        ) : null}
        <Button fullWidth autoFocus loading={verify.isPending} onClick={() => verify.mutate()}>
          Verify my e-mail
        </Button>
      </Stack>
    </Door>
  );
}
