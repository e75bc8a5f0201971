/** The part of the profile where one gives programs keys of their own, and takes them away. */
import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { type ApiKey, apiKeysQuery } from '#api/keys.ts';
import { usePlugins } from '#api/plugins.ts';
import { Answered } from '#shell/answered.tsx';
import { Dialog } from '#shell/dialog.tsx';
import { When } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
import { AddApiKey } from './add-api-key.tsx';
import { scopeWords } from './api-key.rules.ts';

export function ApiKeys() {
  const keys = useQuery(apiKeysQuery);
  const { plugins } = usePlugins();
  const [isAdding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  return (
    <Card component="section" aria-labelledby="api-keys">
      <Group justify="space-between" align="flex-start" wrap="wrap" mb="md">
        <div>
          <Title order={2} id="api-keys" mb={2}>
            {t('API keys')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('For programs: each with its own rights, never more than yours.')}
          </Text>
        </div>
        <Button variant="default" onClick={() => setAdding(true)}>
          {t('Make a key')}
        </Button>
      </Group>
      <Answered query={keys} what={t('Your API keys could not be listed')} rows={2}>
        {(data) =>
          data.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('You have none.')}
            </Text>
          ) : (
            <Stack
              component="ul"
              gap="md"
              p={0}
              m={0}
              style={{ listStyle: 'none' }}
              aria-label={t('Your API keys')}
            >
              {data.map((key) => (
                <Group component="li" key={key.id} justify="space-between" align="flex-start" wrap="wrap">
                  <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
                    <Group gap="xs">
                      <Text fw={550}>{key.name}</Text>
                      {key.is_expired ? <Badge color="red">{t('Expired')}</Badge> : null}
                    </Group>
                    <Text size="sm" ff="monospace">
                      {key.prefix}…
                    </Text>
                    <Text size="sm">
                      {scopeWords(key.scopes, (id) => plugins.find((plugin) => plugin.id === id)?.name)}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {key.last_used_at ? (
                        <Words
                          text={msg('{count, plural, one {Used once} other {Used # times}}, last <when/>')}
                          values={{ count: key.use_count }}
                          parts={{ when: <When at={key.last_used_at} /> }}
                        />
                      ) : (
                        t('Never used')
                      )}
                      {' · '}
                      {key.expires_at ? (
                        <>
                          <Words
                            text={key.is_expired ? msg('ended <when/>') : msg('ends <when/>')}
                            parts={{ when: <When at={key.expires_at ?? ''} /> }}
                          />
                        </>
                      ) : (
                        t('does not end')
                      )}
                    </Text>
                  </div>
                  <Button
                    variant="subtle"
                    color="red"
                    size="compact-sm"
                    onClick={() => setRevoking(key)}
                    aria-label={t('Revoke the key {name}', { name: key.name })}
                  >
                    {t('Revoke')}
                  </Button>
                </Group>
              ))}
            </Stack>
          )
        }
      </Answered>
      {isAdding ? <AddApiKey onClose={() => setAdding(false)} /> : null}
      {revoking ? <Revoke apiKey={revoking} onClose={() => setRevoking(null)} /> : null}
    </Card>
  );
}

function Revoke({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => request(`/api/auth/keys/${apiKey.id}`, { method: 'DELETE' }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
      tell(t('The key {name} was revoked', { name: apiKey.name }));
      onClose();
    },
    onError: (error) => tellFailure(t('The key was not revoked'), error),
  });
  return (
    <Dialog onClose={onClose} title={t('Revoke {name}?', { name: apiKey.name })}>
      <Text size="sm">{t('Programs that use it are refused from now on. It cannot be brought back.')}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('Keep it')}
        </Button>
        <Button color="red.9" loading={revoke.isPending} onClick={() => revoke.mutate()}>
          {t('Revoke')}
        </Button>
      </Group>
    </Dialog>
  );
}
