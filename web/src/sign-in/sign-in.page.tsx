import { Alert, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { request } from '#api/client.ts';
import { authOptionsQuery, beginSession } from '#api/session.ts';
import type { SecondFactorAsked, Session } from '#api/types.ts';
import { problemWords, secondStepIn, type SecondStepAsked } from '#shell/arrival.rules.ts';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
import { Door, DoorLink } from './door.tsx';
import { DoorForm } from './door-form.tsx';
import { OtherWays, takesPasskeys } from './other-ways.tsx';
import { usePasskeyOffer } from './passkey-offer.ts';
import { returnTo, safeReturnPath } from './return-path.ts';
import { SecondStep } from './second-step.tsx';

export function SignInPage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const search: { return?: unknown; registered?: unknown; problem?: unknown; provider?: unknown } = useSearch(
    { strict: false },
  );
  const options = useQuery(authOptionsQuery);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { hash } = useLocation();
  const [secondStep, setSecondStep] = useState<SecondStepAsked | null>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => {
    // A ticket is for one use: it is not to stay in the address bar or the history.
    const asked = secondStepIn(hash);
    if (!asked) return;
    setSecondStep(asked);
    void navigate({ to: '/sign-in', search: true, hash: '', replace: true });
  }, [hash, navigate]);
  const enter = (session: Session) => {
    beginSession(client, session);
    returnTo(search.return, navigate);
  };
  const signIn = useMutation({
    mutationFn: async () =>
      (
        await request<Session | SecondFactorAsked>('/api/auth/session', {
          method: 'POST',
          body: { email, password },
          asksWhoIAm: true,
        })
      ).data,
    onMutate: () => setRefusal(null),
    onSuccess: (answer) => {
      if (!('second_factor' in answer)) return enter(answer);
      setPassword('');
      setSecondStep(answer.second_factor);
    },
    onError: (error) => {
      setPassword('');
      setRefusal(error.message);
      // The button was out of use meanwhile and lost the focus: one types on where it failed.
      passwordField.current?.focus();
    },
  });
  usePasskeyOffer(secondStep === null && takesPasskeys(options.data), enter);
  if (secondStep) {
    const startAgain = (reason: string | null) => {
      setSecondStep(null);
      setRefusal(reason);
    };
    return <SecondStep asked={secondStep} onSession={enter} onStartAgain={startAgain} />;
  }
  const provider = options.data?.providers.find(({ id }) => id === search.provider);
  const trouble = refusal ?? problemWords(search.problem, provider);
  const register = `/register${typeof search.return === 'string' ? `?return=${encodeURIComponent(safeReturnPath(search.return))}` : ''}`;
  return (
    <Door
      title={t('Sign in')}
      foot={
        options.data?.registration ? (
          <>
            <Words
              text={msg('No account yet? <link>Register</link>')}
              parts={{ link: <DoorLink href={register} /> }}
            />
          </>
        ) : null
      }
    >
      <DoorForm
        action={t('Sign in')}
        isPending={signIn.isPending}
        refusal={trouble}
        onSubmit={signIn.mutate}
        after={<DoorLink href="/forgotten">{t('Forgotten the password?')}</DoorLink>}
      >
        {search.registered ? (
          <Alert color="teal" variant="light">
            {t('Your account is ready. Sign in with it.')}
          </Alert>
        ) : null}
        <TextInput
          label={t('E-mail')}
          type="email"
          autoComplete="username webauthn"
          required
          withAsterisk={false}
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('Password')}
          ref={passwordField}
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('Show or hide the password'), tabIndex: 0 }}
        />
      </DoorForm>
      <OtherWays
        returnPath={safeReturnPath(search.return)}
        onSession={enter}
        onFailure={(error) => setRefusal(error.message)}
      />
    </Door>
  );
}
