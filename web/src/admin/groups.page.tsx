import { ActionIcon, Button, Card, Group as Row, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import IconTrash from '@tabler/icons-react/dist/esm/icons/IconTrash.mjs';
import IconUsersGroup from '@tabler/icons-react/dist/esm/icons/IconUsersGroup.mjs';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { request } from '#api/client.ts';
import type { Group } from '#api/types.ts';
import { Page } from '#shell/page.tsx';
import { Failure, Loading, Notice } from '#shell/states.tsx';
import { t } from '#words/words.ts';
import { DeleteGroup, EditGroup } from './edit-group.tsx';
import { GroupOpens } from './group-opens.tsx';
import { GroupMembers } from './group-members.tsx';
import { groupsLike, readGroupsSearch } from './groups.rules.ts';
import pageStyles from '#shell/page.module.css';
import textStyles from '#shell/text.module.css';

/** Enough for most; a thousand cards at once would be slow to draw and slower to read. */
const shownAtOnce = 60;

type Open = { kind: 'add' } | { kind: 'edit' | 'delete' | 'members'; group: Group } | null;

export function GroupsPage() {
  const [open, setOpen] = useState<Open>(null);
  const { q = '' } = readGroupsSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const [words, setWords] = useState(q);
  const wanted = useDeferredValue(words);
  const [limit, setLimit] = useState(shownAtOnce);
  const groups = useQuery({
    queryKey: ['admin-groups'],
    queryFn: async ({ signal }) =>
      (await request<{ items: Group[] }>('/api/admin/groups', { signal })).data.items,
  });
  const close = () => setOpen(null);
  const find = (next: string) => {
    setWords(next);
    setLimit(shownAtOnce);
    void navigate({ to: '/admin/groups', search: readGroupsSearch({ q: next.trim() }), replace: true });
  };
  const found = groupsLike(groups.data ?? [], wanted);
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({ kind: 'add' })}>
      {t('Add group')}
    </Button>
  );
  return (
    <Page
      title={t('Groups')}
      above={t('Admin')}
      lead={t('Extensions name the groups that may use them; who is in a group is decided here.')}
      action={add}
    >
      {groups.isPending ? (
        <Loading rows={5} />
      ) : groups.error ? (
        <Failure
          what={t('The groups could not be listed')}
          error={groups.error}
          onRetry={() => void groups.refetch()}
        />
      ) : groups.data.length === 0 ? (
        <Notice icon={IconUsersGroup} title={t('No groups yet')}>
          {t(
            'Add one, put people in it, and extensions can open to it. Extensions also bring the ' +
              'groups that they name.',
          )}
        </Notice>
      ) : (
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
          {found.length === 0 ? (
            <Notice
              icon={IconUsersGroup}
              title={t('No group fits')}
              action={
                <Button variant="default" onClick={() => find('')}>
                  {t('Show all')}
                </Button>
              }
            >
              {t('None has “{words}” in its name or description.', { words: wanted.trim() })}
            </Notice>
          ) : null}
          <div className={pageStyles['cards']}>
            {found.slice(0, limit).map((group) => (
              <Card key={group.id} padding="md" component="article" aria-label={group.name} h="100%">
                <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
                  {group.name}
                </Text>
                <Text size="sm" c="dimmed" mih={22} mb="xs" className={textStyles['clamp']}>
                  {group.description || t('No description.')}
                </Text>
                <GroupOpens groupId={group.id} />
                <Row justify="space-between" mt="auto" gap={4}>
                  <Button
                    variant="default"
                    size="compact-sm"
                    onClick={() => setOpen({ kind: 'members', group })}
                  >
                    {t('{count, plural, one {1 member} other {# members}}', { count: group.member_count })}
                  </Button>
                  <Row gap={2}>
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      onClick={() => setOpen({ kind: 'edit', group })}
                      aria-label={t('Edit {name}', { name: group.name })}
                    >
                      {t('Edit')}
                    </Button>
                    <ActionIcon
                      variant="subtle"
                      color="red"
                      aria-label={t('Delete {name}', { name: group.name })}
                      onClick={() => setOpen({ kind: 'delete', group })}
                    >
                      <IconTrash size={16} />
                    </ActionIcon>
                  </Row>
                </Row>
              </Card>
            ))}
          </div>
          <Row justify="space-between" mt="md">
            <Text size="sm" c="dimmed" role="status">
              {found.length === 0
                ? ''
                : found.length > limit
                  ? t('{count, plural, one {1 group} other {# groups}}, {limit} shown', {
                      count: found.length,
                      limit,
                    })
                  : t('{count, plural, one {1 group} other {# groups}}', { count: found.length })}
            </Text>
            {found.length > limit ? (
              <Button variant="default" onClick={() => setLimit(limit + shownAtOnce)}>
                {t('Show more')}
              </Button>
            ) : null}
          </Row>
        </>
      )}
      {open?.kind === 'add' ? <EditGroup group={null} onClose={close} /> : null}
      {open?.kind === 'edit' ? <EditGroup group={open.group} onClose={close} /> : null}
      {open?.kind === 'delete' ? <DeleteGroup group={open.group} onClose={close} /> : null}
      {open?.kind === 'members' ? <GroupMembers group={open.group} onClose={close} /> : null}
    </Page>
  );
}
