/** The providers through which one can sign in to this account. */
import { Alert, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { request } from '#api/client.ts';
import { identitiesQuery } from '#api/factors-query.ts';
import { authOptionsQuery } from '#api/session.ts';
import type { Identity, SignInProvider } from '#api/types.ts';
import { When } from '#shell/times.tsx';
import { tell } from '#shell/toasts.tsx';
import { problemWords } from '#shell/arrival.rules.ts';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
import { Confirm } from './confirm.tsx';

export function LinkedProviders() {
  const client = useQueryClient();
  const providers = useQuery(authOptionsQuery).data?.providers ?? [];
  const identities = useQuery(identitiesQuery).data ?? [];
  const search: { problem?: unknown; provider?: unknown; linked?: unknown } = useSearch({ strict: false });
  const [linking, setLinking] = useState<SignInProvider | null>(null);
  const [unlinking, setUnlinking] = useState<Identity | null>(null);
  const card = useRef<HTMLDivElement>(null);
  const cameBack = search.problem !== undefined || search.linked !== undefined;
  const isShown = providers.length > 0 || identities.length > 0;
  useEffect(() => {
    // Whoever comes back from a provider wants to see what became of it.
    if (cameBack && isShown) card.current?.scrollIntoView({ block: 'center' });
  }, [cameBack, isShown]);
  if (!isShown) return null;
  const offered = (id: unknown) => providers.find((provider) => provider.id === id);
  const problem = problemWords(search.problem, offered(search.provider));
  // The address alone proves nothing: anybody can write one.
  const linked = identities.some(({ provider }) => provider?.id === search.linked)
    ? offered(search.linked)?.name
    : undefined;
  const open = providers.filter(({ id }) => !identities.some(({ provider }) => provider?.id === id));
  return (
    <Card component="section" aria-labelledby="providers" ref={card}>
      <Title order={2} id="providers" mb={2}>
        {t('Linked accounts')}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {t('Sign in here through an account that you have elsewhere.')}
      </Text>
      <Stack gap="sm">
        {problem ? (
          <Alert color="red" variant="light" role="alert">
            {problem}
          </Alert>
        ) : null}
        {linked ? (
          <Alert color="teal" variant="light" role="status">
            {t('{provider} is linked. You can sign in with it now.', { provider: linked })}
          </Alert>
        ) : null}
        {identities.map((identity) => (
          <Group key={identity.id} justify="space-between" wrap="wrap">
            <div>
              <Text fw={550}>{identity.provider?.name ?? identity.issuer}</Text>
              <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {identity.email ? `${identity.email}, ` : ''}
                <Words text={msg('used <when/>')} parts={{ when: <When at={identity.last_used_at} /> }} />
              </Text>
            </div>
            <Button
              variant="subtle"
              color="red"
              size="compact-sm"
              aria-label={t('Unlink {name}', { name: identity.provider?.name ?? identity.issuer })}
              onClick={() => setUnlinking(identity)}
            >
              {t('Unlink')}
            </Button>
          </Group>
        ))}
        {open.map((provider) => (
          <Group key={provider.id} justify="space-between" wrap="wrap">
            <Text fw={550}>{provider.name}</Text>
            <Button variant="default" onClick={() => setLinking(provider)}>
              {t('Link {name}', { name: provider.name })}
            </Button>
          </Group>
        ))}
      </Stack>
      {linking ? (
        <Confirm
          title={t('Link {name}', { name: linking.name })}
          action={t('Continue')}
          onConfirm={async (proof) => {
            const { data } = await request<{ url: string }>(`/api/auth/oidc/${linking.id}/link`, {
              method: 'POST',
              body: proof,
            });
            location.assign(data.url);
          }}
          onClose={() => setLinking(null)}
        >
          <Text size="sm">
            {t('{name} asks you next who you are. It must know you by the e-mail of this account.', {
              name: linking.name,
            })}
          </Text>
        </Confirm>
      ) : null}
      {unlinking ? (
        <Confirm
          title={t('Unlink {name}', { name: unlinking.provider?.name ?? unlinking.issuer })}
          action={t('Unlink')}
          isDanger
          onConfirm={async (proof) => {
            await request(`/api/auth/identities/${unlinking.id}`, { method: 'DELETE', body: proof });
            tell(t('Unlinked'));
            await client.invalidateQueries({ queryKey: identitiesQuery.queryKey });
          }}
          onClose={() => setUnlinking(null)}
        />
      ) : null}
    </Card>
  );
}
