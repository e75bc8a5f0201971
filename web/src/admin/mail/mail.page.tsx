/** The outbox: letters that have not been taken by the mail server yet, and those that never were. */
import { Alert, Badge, Button, Group, Table, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import IconMailCheck from '@tabler/icons-react/dist/esm/icons/IconMailCheck.mjs';
import IconMailOff from '@tabler/icons-react/dist/esm/icons/IconMailOff.mjs';
import type { ReactNode } from 'react';
import { request } from '#api/client.ts';
import { fetchOutbox, type Outbox, type OutboxLetter } from '#api/mail.ts';
import { Answered } from '#shell/answered.tsx';
import { Page } from '#shell/page.tsx';
import { Notice } from '#shell/states.tsx';
import { When } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
import { errorWords, letterLook } from './mail.rules.ts';
import tableStyles from '#shell/table.module.css';
import textStyles from '#shell/text.module.css';

const pageSize = 25;
const pollMs = 5000;

export function MailPage() {
  const outbox = useInfiniteQuery({
    queryKey: ['admin-mail', 'letters'],
    queryFn: ({ signal, pageParam }) => fetchOutbox(pageSize, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: pollMs,
  });
  return (
    <Page
      title={t('Mail')}
      above={t('Admin')}
      lead={t('Letters that the mail server has not taken yet. What it took is gone from here.')}
    >
      <Answered query={outbox} what={t('The outbox could not be read')}>
        {({ pages }) => (
          <Letters
            pages={pages}
            more={
              outbox.hasNextPage ? (
                <Button
                  variant="default"
                  loading={outbox.isFetchingNextPage}
                  onClick={() => void outbox.fetchNextPage()}
                >
                  {t('Show older')}
                </Button>
              ) : null
            }
          />
        )}
      </Answered>
    </Page>
  );
}

function Letters({ pages, more }: { pages: readonly Outbox[]; more: ReactNode }) {
  const [first] = pages;
  const letters = pages.flatMap(({ items }) => items);
  if (first === undefined || (letters.length === 0 && !first.configured)) return <NotConfigured />;
  if (letters.length === 0)
    return (
      <Notice icon={IconMailCheck} title={t('Nothing waits')}>
        {t('Every letter was taken by the mail server.')}
      </Notice>
    );
  return (
    <>
      {first.configured ? null : (
        <Alert
          color="yellow"
          variant="light"
          icon={<IconMailOff size={18} />}
          mb="md"
          title={t('No mail server is configured any more')}
        >
          {t('These letters wait until there is one again.')}
        </Alert>
      )}
      <div className={tableStyles['wrap']} tabIndex={0} role="region" aria-label={t('Letters')}>
        <Table
          className={tableStyles['cardsOnPhones']}
          verticalSpacing="sm"
          horizontalSpacing="md"
          highlightOnHover
        >
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('Recipient')}</Table.Th>
              <Table.Th miw={140}>{t('Letter')}</Table.Th>
              <Table.Th>{t('State')}</Table.Th>
              <Table.Th>{t('Written')}</Table.Th>
              <Table.Th>{t('Next try')}</Table.Th>
              <Table.Th />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {letters.map((letter) => (
              <LetterRow key={letter.id} letter={letter} maySend={first.configured} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <Group justify="space-between" mt="md">
        <Text size="sm" c="dimmed" role="status">
          {counted(first.waiting, first.given_up)}
        </Text>
        {more}
      </Group>
    </>
  );
}

function LetterRow({ letter, maySend }: { letter: OutboxLetter; maySend: boolean }) {
  const client = useQueryClient();
  const {
    id,
    to,
    subject,
    state,
    attempts,
    created_at: createdAt,
    next_at: nextAt,
    last_error: code,
  } = letter;
  const retry = useMutation({
    mutationFn: () => request(`/api/admin/mail/${id}/retry`, { method: 'POST' }),
    onSuccess: () =>
      tell(to === null ? t('The letter is tried again') : t('The letter to {to} is tried again', { to })),
    onError: (error) => tellFailure(t('It was not tried again'), error),
    onSettled: () => client.invalidateQueries({ queryKey: ['admin-mail'] }),
  });
  const look = letterLook[state];
  return (
    <Table.Tr>
      <Table.Td data-head>
        <Text size="sm" fw={550} className={textStyles['breakable']}>
          {to ?? t('Cannot be read')}
        </Text>
      </Table.Td>
      <Table.Td data-label={t('Letter')}>
        <Text size="sm">{subject ?? t('It was sealed under a key that is gone')}</Text>
      </Table.Td>
      <Table.Td data-label={t('State')}>
        <div>
          <Badge className={textStyles['whole']} color={look.color}>
            {t(look.label)}
          </Badge>
          {code ? (
            <Text size="sm" mt={4}>
              {errorWords(code)}{' '}
              <Text span size="xs" c="dimmed" className={textStyles['mono']} style={{ whiteSpace: 'nowrap' }}>
                {code}
              </Text>
            </Text>
          ) : null}
        </div>
      </Table.Td>
      <Table.Td data-label={t('Written')}>
        <Text size="sm">
          <When at={createdAt} />, {attemptWords(attempts)}
        </Text>
      </Table.Td>
      <Table.Td data-label={t('Next try')}>
        <Text size="sm">{nextAt ? <When at={nextAt} /> : t('Not by itself')}</Text>
      </Table.Td>
      <Table.Td ta="right" data-tools>
        <Button
          variant="default"
          size="compact-sm"
          disabled={!maySend}
          loading={retry.isPending}
          onClick={() => retry.mutate()}
          aria-label={t('Try again: {to}', { to: to ?? id })}
        >
          {t('Try again')}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

function attemptWords(attempts: number): string {
  if (attempts === 0) return t('not tried yet');
  return attempts === 1 ? t('tried once') : t('tried {attempts} times', { attempts });
}

function NotConfigured() {
  return (
    <Notice icon={IconMailOff} title={t('This Berth sends no mail')}>
      <Words
        text={msg(
          'To send mail, set <variable/>. Until then you hand over invitations and reset links yourself.',
        )}
        parts={{ variable: <span className={textStyles['mono']}>BERTH_SMTP_URL</span> }}
      />
    </Notice>
  );
}

function counted(waiting: number, givenUp: number): string {
  const first = t('{count, plural, one {1 letter waits} other {# letters wait}}', { count: waiting });
  if (givenUp === 0) return first;
  const second = t('{count, plural, one {1 was given up} other {# were given up}}', { count: givenUp });
  return `${first}, ${second}`;
}
