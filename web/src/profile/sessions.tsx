/** The part of the profile that lists where one is signed in, and ends it. */
import { Badge, Button, Card, Group, Table, Text, Title, VisuallyHidden } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { request } from '#api/client.ts';
import type { OwnSession } from '#api/types.ts';
import { Answered } from '#shell/answered.tsx';
import { exactTime, useReader, When } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import tableStyles from '#shell/table.module.css';

export function Sessions() {
  const client = useQueryClient();
  const reader = useReader();
  const sessions = useQuery({
    queryKey: ['own-sessions'],
    queryFn: async ({ signal }) =>
      (await request<{ items: OwnSession[] }>('/api/auth/sessions', { signal })).data.items,
  });
  const end = useMutation({
    mutationFn: (id: string) => request(`/api/auth/sessions/${id}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['own-sessions'] }),
    onError: (error) => tellFailure(t('The session goes on'), error),
  });
  const endOthers = useMutation({
    mutationFn: async () =>
      (await request<{ ended: number }>('/api/auth/sessions', { method: 'DELETE' })).data.ended,
    onSuccess: (ended) =>
      tell(
        t('{count, plural, one {1 other session has ended} other {# other sessions have ended}}', {
          count: ended,
        }),
      ),
    onError: (error) => tellFailure(t('The other sessions go on'), error),
    onSettled: () => client.invalidateQueries({ queryKey: ['own-sessions'] }),
  });
  const hasOthers = sessions.data?.some((session) => !session.is_current) === true;
  return (
    <Card component="section" aria-labelledby="sessions">
      <Group justify="space-between" mb="md" gap="xs">
        <Title order={2} id="sessions">
          {t('Where you are signed in')}
        </Title>
        {hasOthers ? (
          <Button
            variant="default"
            size="compact-sm"
            loading={endOthers.isPending}
            onClick={() => endOthers.mutate()}
          >
            {t('End all others')}
          </Button>
        ) : null}
      </Group>
      <Answered query={sessions} what={t('Your sessions could not be listed')} rows={2}>
        {(data) => (
          <div className={tableStyles['wrap']} tabIndex={0} role="region" aria-label={t('Your sessions')}>
            <Table className={tableStyles['cardsOnPhones']} verticalSpacing="xs" horizontalSpacing="md">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('Browser or program')}</Table.Th>
                  <Table.Th>{t('Since')}</Table.Th>
                  <Table.Th>
                    <VisuallyHidden>{t('Actions')}</VisuallyHidden>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.map((session) => {
                  const isCurrent = session.is_current;
                  return (
                    <Table.Tr key={session.id}>
                      <Table.Td data-head style={{ overflowWrap: 'anywhere' }}>
                        {deviceName(session)} {isCurrent ? <Badge color="teal">{t('This one')}</Badge> : null}
                        <Text size="xs" c="dimmed">
                          {session.address ?? ''}
                        </Text>
                      </Table.Td>
                      <Table.Td data-label={t('Since')}>
                        <When at={session.created_at} />
                      </Table.Td>
                      <Table.Td ta="right" data-tools>
                        {isCurrent ? null : (
                          <Button
                            variant="subtle"
                            color="red"
                            size="compact-sm"
                            onClick={() => end.mutate(session.id)}
                            aria-label={t('End the session of {session}', {
                              session: [
                                deviceName(session),
                                ...(session.address === null ? [] : [session.address]),
                                t('since {time}', { time: exactTime(session.created_at, reader) }),
                              ].join(', '),
                            })}
                          >
                            {t('End')}
                          </Button>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  );
                })}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </Answered>
    </Card>
  );
}

function deviceName({ kind, user_agent: agent }: OwnSession): string {
  return kind === 'program' ? t('Program') + (agent ? ` (${agent.slice(0, 60)})` : '') : browserName(agent);
}

/** The first that fits is it: Edge also names Chrome and Safari, Chrome names Safari. */
const browsers: readonly (readonly [mark: RegExp, name: string])[] = [
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const systems: readonly (readonly [mark: RegExp, name: string])[] = [
  [/Android/, 'Android'],
  [/iPhone/, 'iOS'],
  [/iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** Enough to recognise one's own browser by. */
function browserName(agent: string | null): string {
  if (!agent) return t('Unknown browser');
  const named = (list: typeof browsers) => list.find(([mark]) => mark.test(agent))?.[1];
  const browser = named(browsers) ?? t('Another program');
  const system = named(systems);
  return system === undefined ? browser : t('{browser} on {system}', { browser, system });
}
