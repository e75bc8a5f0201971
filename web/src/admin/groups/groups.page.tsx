import { Button, Group as Row, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import IconUsersGroup from '@tabler/icons-react/dist/esm/icons/IconUsersGroup.mjs';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { request } from '#api/client.ts';
import type { Group } from '#api/types.ts';
import { Answered } from '#shell/answered.tsx';
import { Page } from '#shell/page.tsx';
import { Notice } from '#shell/states.tsx';
import { t } from '#words/words.ts';
import { DeleteGroup, EditGroup } from './edit-group.tsx';
import { GroupCard } from './group-card.tsx';
import { GroupMembers } from './group-members.tsx';
import { groupsLike, readGroupsSearch } from './groups.rules.ts';
import pageStyles from '#shell/page.module.css';

/** Enough for most; a thousand cards at once would be slow to draw and slower to read. */
const shownAtOnce = 60;

type Open = { kind: 'add' } | { kind: 'edit' | 'delete' | 'members'; group: Group } | null;

export function GroupsPage() {
  const [open, setOpen] = useState<Open>(null);
  const groups = useQuery({
    queryKey: ['admin-groups'],
    queryFn: async ({ signal }) =>
      (await request<{ items: Group[] }>('/api/admin/groups', { signal })).data.items,
  });
  const close = () => setOpen(null);
  return (
    <Page
      title={t('Groups')}
      above={t('Admin')}
      lead={t('Extensions name the groups that may use them; who is in a group is decided here.')}
      action={
        <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({ kind: 'add' })}>
          {t('Add group')}
        </Button>
      }
    >
      <Answered query={groups} what={t('The groups could not be listed')} rows={5}>
        {(list) =>
          list.length === 0 ? (
            <Notice icon={IconUsersGroup} title={t('No groups yet')}>
              {t(
                'Add one, put people in it, and extensions can open to it. Extensions also bring the ' +
                  'groups that they name.',
              )}
            </Notice>
          ) : (
            <SearchedGroups groups={list} onOpen={(kind, group) => setOpen({ kind, group })} />
          )
        }
      </Answered>
      {open?.kind === 'add' ? <EditGroup group={null} onClose={close} /> : null}
      {open?.kind === 'edit' ? <EditGroup group={open.group} onClose={close} /> : null}
      {open?.kind === 'delete' ? <DeleteGroup group={open.group} onClose={close} /> : null}
      {open?.kind === 'members' ? <GroupMembers group={open.group} onClose={close} /> : null}
    </Page>
  );
}

type SearchedGroupsProps = {
  groups: readonly Group[];
  onOpen: (kind: 'edit' | 'delete' | 'members', group: Group) => void;
};

function SearchedGroups({ groups, onOpen }: SearchedGroupsProps) {
  const { q = '' } = readGroupsSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const [words, setWords] = useState(q);
  const wanted = useDeferredValue(words);
  const [limit, setLimit] = useState(shownAtOnce);
  const find = (next: string) => {
    setWords(next);
    setLimit(shownAtOnce);
    void navigate({ to: '/admin/groups', search: readGroupsSearch({ q: next.trim() }), replace: true });
  };
  const found = groupsLike(groups, wanted);
  return (
    <>
      <TextInput
        mb="md"
        w={{ base: '100%', sm: 320 }}
        aria-label={t('Search groups')}
        placeholder={t('Search by name or description')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={words}
        onChange={(event) => find(event.currentTarget.value)}
      />
      {found.length === 0 ? <NoGroupFits words={wanted.trim()} onShowAll={() => find('')} /> : null}
      <div className={pageStyles['cards']}>
        {found.slice(0, limit).map((group) => (
          <GroupCard key={group.id} group={group} onOpen={(kind) => onOpen(kind, group)} />
        ))}
      </div>
      <Row justify="space-between" mt="md">
        <Text size="sm" c="dimmed" role="status">
          {countWords(found.length, limit)}
        </Text>
        {found.length > limit ? (
          <Button variant="default" onClick={() => setLimit(limit + shownAtOnce)}>
            {t('Show more')}
          </Button>
        ) : null}
      </Row>
    </>
  );
}

function NoGroupFits({ words, onShowAll }: { words: string; onShowAll: () => void }) {
  return (
    <Notice
      icon={IconUsersGroup}
      title={t('No group fits')}
      action={
        <Button variant="default" onClick={onShowAll}>
          {t('Show all')}
        </Button>
      }
    >
      {t('None has “{words}” in its name or description.', { words })}
    </Notice>
  );
}

function countWords(count: number, limit: number): string {
  if (count === 0) return '';
  return count > limit
    ? t('{count, plural, one {1 group} other {# groups}}, {limit} shown', { count, limit })
    : t('{count, plural, one {1 group} other {# groups}}', { count });
}
