import { Stack } from '@mantine/core';
import { useMe, useProfile } from '#api/session.ts';
import { Page } from '#shell/page.tsx';
import { Loading } from '#shell/states.tsx';
import { t } from '#words/words.ts';
import { About } from './about.tsx';
import { ApiKeys } from './api-keys.tsx';
import { LinkedProviders } from './linked-providers.tsx';
import { Passkeys } from './passkeys.tsx';
import { Password } from './password.tsx';
import { SecondFactors } from './second-factors.tsx';
import { Sessions } from './sessions.tsx';

export function ProfilePage() {
  const profile = useProfile();
  const me = useMe();
  return (
    <Page title={t('Profile and security')} reading {...(me ? { lead: me.email } : {})}>
      {profile ? (
        <Stack gap="lg">
          <About profile={profile} />
          <Password />
          <SecondFactors />
          <Passkeys />
          <LinkedProviders />
          <ApiKeys />
          <Sessions />
        </Stack>
      ) : (
        <Loading rows={4} />
      )}
    </Page>
  );
}
