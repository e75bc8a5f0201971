/** The ways to sign in without a password of ours. */
import { Button, Divider, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import IconFingerprint from '@tabler/icons-react/dist/esm/icons/IconFingerprint.mjs';
import { signInWithPasskey } from '#api/factors.ts';
import { authOptionsQuery } from '#api/session.ts';
import type { AuthOptions, Session } from '#api/types.ts';
import { t } from '#words/words.ts';

type OtherWaysProps = {
  returnPath: string;
  onSession: (session: Session) => void;
  onFailure: (error: Error) => void;
};

export function OtherWays({ returnPath, onSession, onFailure }: OtherWaysProps) {
  const options = useQuery(authOptionsQuery).data;
  const passkey = useMutation({ mutationFn: signInWithPasskey, onSuccess: onSession, onError: onFailure });
  const hasPasskeys = takesPasskeys(options);
  const providers = options?.providers ?? [];
  if (!hasPasskeys && providers.length === 0) return null;
  return (
    <Stack mt="md" gap="sm">
      <Divider label={t('or')} labelPosition="center" />
      {hasPasskeys ? (
        <Button
          variant="default"
          fullWidth
          leftSection={<IconFingerprint size={18} aria-hidden />}
          loading={passkey.isPending}
          onClick={() => passkey.mutate()}
        >
          {t('Sign in with a passkey')}
        </Button>
      ) : null}
      {providers.map(({ id, name }) => (
        <Button
          key={id}
          component="a"
          variant="default"
          fullWidth
          href={`/api/auth/oidc/${id}/start?return_to=${encodeURIComponent(returnPath)}`}
        >
          {t('Continue with {name}', { name })}
        </Button>
      ))}
    </Stack>
  );
}

/** Whether the gateway and this browser both do. */
export function takesPasskeys(options: AuthOptions | undefined): boolean {
  return options?.passkeys === true && 'PublicKeyCredential' in window;
}
