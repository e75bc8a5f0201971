/** One account, and what an admin does with it. */
import { ActionIcon, Anchor, Badge, Checkbox, Group, Menu, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import IconDots from '@tabler/icons-react/dist/esm/icons/IconDots.mjs';
import { Link } from '@tanstack/react-router';
import { request } from '#api/client.ts';
import { useMe } from '#api/session.ts';
import type { AdminUser } from '#api/types.ts';
import { When } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { Email } from '#shell/email.tsx';
import { t } from '#words/words.ts';
import { ResetFactors } from './reset-factors.tsx';
import { ResetLink } from './reset-link.tsx';
import textStyles from '#shell/text.module.css';

type UserRowProps = { user: AdminUser; isChosen: boolean; onChoose: (isChosen: boolean) => void };

export function UserRow({ user, isChosen, onChoose }: UserRowProps) {
  const me = useMe();
  const isOwn = user.id === me?.id;
  const isNamed = user.name !== '' && user.name !== user.email;
  const name = isNamed ? user.name : user.email;
  const called = isOwn ? t('{name} (you)', { name }) : name;
  return (
    <Table.Tr {...(isChosen ? { 'data-chosen': true } : {})}>
      <Table.Td data-head>
        <Group gap="sm" wrap="nowrap">
          <Checkbox
            aria-label={t('Choose {email}', { email: user.email })}
            checked={isChosen}
            onChange={(event) => onChoose(event.currentTarget.checked)}
          />
          <div style={{ minWidth: 0 }}>
            <Anchor
              component={Link}
              to={`/admin/users/${user.id}`}
              size="sm"
              fw={550}
              className={textStyles['breakable']}
            >
              {isNamed ? called : <Email>{called}</Email>}
            </Anchor>
            {isNamed ? (
              <Text size="xs" c="dimmed">
                <Email>{user.email}</Email>
              </Text>
            ) : null}
          </div>
        </Group>
      </Table.Td>
      <Table.Td data-label={t('Groups')}>
        <UserGroupBadges groups={user.groups} note={user.groups_note} />
      </Table.Td>
      <Table.Td data-label={t('Rights')}>
        <Group gap={4}>
          {user.is_superuser ? <Badge className={textStyles['whole']}>{t('Superuser')}</Badge> : null}
          {user.is_active ? null : (
            <Badge className={textStyles['whole']} color={user.awaits_verification ? 'yellow' : 'red'}>
              {user.awaits_verification ? t('E-mail not verified') : t('Switched off')}
            </Badge>
          )}
          {!user.is_superuser && user.is_active ? <Text size="sm">{t('User')}</Text> : null}
        </Group>
      </Table.Td>
      <Table.Td data-label={t('Added')}>
        <Text size="sm">
          <When at={user.created_at} />
        </Text>
      </Table.Td>
      <Table.Td data-label={t('Last sign-in')}>
        <Text size="sm">{user.last_sign_in_at ? <When at={user.last_sign_in_at} /> : t('Never')}</Text>
      </Table.Td>
      <Table.Td ta="right" data-tools>
        <UserActions user={user} isOwn={isOwn} />
      </Table.Td>
    </Table.Tr>
  );
}

function UserGroupBadges({ groups, note }: { groups: AdminUser['groups']; note: AdminUser['groups_note'] }) {
  return (
    <Stack gap={4}>
      <Group gap={4}>
        {groups.map((group) => (
          <Badge key={group.id} color="gray">
            {group.name}
          </Badge>
        ))}
        {groups.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('None')}
          </Text>
        ) : null}
        {note ? (
          <Badge className={textStyles['whole']} color="yellow">
            {t('May be old')}
          </Badge>
        ) : null}
      </Group>
      {note ? (
        <Text size="xs" c="dimmed" maw={320} className={textStyles['breakable']}>
          {note}
        </Text>
      ) : null}
    </Stack>
  );
}

function UserActions({ user, isOwn }: { user: AdminUser; isOwn: boolean }) {
  const client = useQueryClient();
  const [isResetting, resetting] = useDisclosure(false);
  const [areFactorsShown, factors] = useDisclosure(false);
  const change = useMutation({
    mutationFn: async (body: { is_superuser?: boolean; is_active?: boolean }) =>
      (await request<AdminUser>(`/api/admin/users/${user.id}`, { method: 'PATCH', body })).data,
    onSuccess: (_, { is_superuser: isRaised }) =>
      tell(
        isRaised === true
          ? t('{name} is a superuser now, and signs in anew', { name: user.name || user.email })
          : t('{name} was changed', { name: user.name || user.email }),
      ),
    onError: (error) => tellFailure(t('Nothing was changed'), error),
    onSettled: () => client.invalidateQueries({ queryKey: ['admin-users'] }),
  });
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('Actions for {email}', { email: user.email })}
            loading={change.isPending}
          >
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => change.mutate({ is_superuser: !user.is_superuser })}>
            {user.is_superuser ? t('Make an ordinary user') : t('Make a superuser')}
          </Menu.Item>
          {isOwn ? (
            <Menu.Item component={Link} to="/profile">
              {t('Your password and factors')}
            </Menu.Item>
          ) : (
            <>
              <Menu.Item disabled={!user.is_active} onClick={resetting.open}>
                {t('Make a reset link')}
              </Menu.Item>
              <Menu.Item onClick={factors.open}>{t('Second factors …')}</Menu.Item>
            </>
          )}
          <Menu.Item
            {...(user.is_active ? { c: 'var(--mantine-color-error)' } : {})}
            onClick={() => change.mutate({ is_active: !user.is_active })}
          >
            {user.is_active ? t('Switch the account off') : t('Switch the account on')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isResetting ? <ResetLink user={user} onClose={resetting.close} /> : null}
      {areFactorsShown ? <ResetFactors user={user} onClose={factors.close} /> : null}
    </>
  );
}
