/**
 * Who has access now, counted by why and listed; and what a change would take or give, before it is saved.
 */
import { Badge, Card, Group, Pagination, Table, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { useState } from 'react';
import type { GrantEffect, NamedPerson } from '#api/access.ts';
import { request } from '#api/client.ts';
import { Answered } from '#shell/answered.tsx';
import { Email } from '#shell/email.tsx';
import { type Message, msg, t, termOf } from '#words/words.ts';
import { pageControls } from '../page-controls.ts';
import tableStyles from '#shell/table.module.css';
import textStyles from '#shell/text.module.css';

export type PartProps = { pluginId: string; path: string };

type PeoplePage = {
  count: number;
  denied: number;
  by: Partial<Record<string, number>>;
  items: (NamedPerson & { clause: string })[];
  total: number;
  page: number;
  page_size: number;
};

const clauseWords: Readonly<Record<string, Message>> = {
  any_user: msg('Everybody signed in'),
  allow_superuser: msg('Superuser'),
  required_groups: msg('By a group of its manifest'),
  grant: msg('Allowed by an admin'),
  public: msg('Everybody'),
};

export function PeopleCard({ pluginId, path }: PartProps) {
  const [page, setPage] = useState(1);
  const [search, setSearch] = useState('');
  const [q] = useDebouncedValue(search, 200);
  const people = useQuery({
    queryKey: ['admin-grants', pluginId, 'people', page, q],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ page: String(page), q });
      return (await request<PeoplePage>(`${path}/people?${query.toString()}`, { signal })).data;
    },
    placeholderData: keepPreviousData,
  });
  return (
    <Card component="section" aria-labelledby="people">
      <Title order={2} size="h3" id="people" mb={4}>
        {t('Who has access now')}
      </Title>
      <Answered query={people} what={t('It could not be read')} rows={3}>
        {(data) => (
          <>
            <Group gap={6} mb="sm" role="status">
              <Text size="sm">{countWords(data.count)}</Text>
              {Object.entries(data.by).map(([clause, count]) => (
                <Badge key={clause} className={textStyles['whole']}>
                  {termOf(clauseWords, clause)}: {count}
                </Badge>
              ))}
              {data.denied > 0 ? (
                <Badge color="red" className={textStyles['whole']}>
                  {t('Denied: {denied}', { denied: data.denied })}
                </Badge>
              ) : null}
            </Group>
            {data.count > data.page_size ? (
              <TextInput
                aria-label={t('Search these people')}
                placeholder={t('Search these people')}
                leftSection={<IconSearch size={16} aria-hidden />}
                value={search}
                mb="sm"
                maw={340}
                onChange={(event) => {
                  setSearch(event.currentTarget.value);
                  setPage(1);
                }}
              />
            ) : null}
            {data.items.length > 0 ? (
              <div
                className={tableStyles['wrap']}
                tabIndex={0}
                role="region"
                aria-label={t('People with access')}
              >
                <Table className={tableStyles['cardsOnPhones']} verticalSpacing={6} horizontalSpacing="md">
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{t('Person')}</Table.Th>
                      <Table.Th>{t('Why')}</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {data.items.map((person) => (
                      <Table.Tr key={person.id}>
                        <Table.Td data-head>
                          <Text size="sm" className={textStyles['breakable']}>
                            {person.name}
                          </Text>
                          <Text size="xs" c="dimmed">
                            <Email>{person.email}</Email>
                          </Text>
                        </Table.Td>
                        <Table.Td data-label={t('Why')}>
                          <Text size="sm">{termOf(clauseWords, person.clause)}</Text>
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
            ) : null}
            {data.total > data.page_size ? (
              <Pagination
                mt="sm"
                size="sm"
                total={Math.ceil(data.total / data.page_size)}
                value={page}
                onChange={setPage}
                getControlProps={(control) => ({ 'aria-label': t(pageControls[control]) })}
              />
            ) : null}
          </>
        )}
      </Answered>
    </Card>
  );
}

export type WantedChange = { kind: 'user' | 'group'; id: string; effect: GrantEffect | null };
type Counted = { count: number; names: string[] };

/** What a change would do, in a sentence; `null` where there is none to preview. */
export function ChangePreview({ pluginId, path, change }: PartProps & { change: WantedChange | null }) {
  const preview = useQuery({
    queryKey: ['admin-grants', pluginId, 'preview', change],
    queryFn: async ({ signal }) =>
      (
        await request<{ gains: Counted; losses: Counted }>(`${path}/access-preview`, {
          method: 'POST',
          body: { [`${change?.kind ?? 'user'}_id`]: change?.id, effect: change?.effect ?? null },
          signal,
        })
      ).data,
    enabled: change !== null,
  });
  if (change === null || !preview.data) return null;
  const { gains, losses } = preview.data;
  const nobody = gains.count === 0 && losses.count === 0;
  return (
    <Text size="sm" role="status" {...(losses.count > 0 ? { c: 'var(--mantine-color-error)' } : {})}>
      {nobody ? t('This changes nothing for anybody now.') : null}
      {gains.count > 0 ? `${t('{whom} will gain it.', { whom: whom(gains) })} ` : null}
      {losses.count > 0 ? t('{whom} will lose it.', { whom: whom(losses) }) : null}
    </Text>
  );
}

function whom({ count, names }: Counted): string {
  if (count <= names.length) return names.join(', ');
  return t('{count} people ({names} …)', { count, names: names.join(', ') });
}

function countWords(count: number): string {
  if (count === 0) return t('Nobody has access.');
  return t('{count, plural, one {One person:} other {# people:}}', { count });
}
