import { Chip, Group, NativeSelect, TextInput } from '@mantine/core';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { t } from '#words/words.ts';
import type { UsersSearching } from './use-users-search.ts';
import { readUsersSearch, type UserOrder } from './users.rules.ts';
import chipStyles from '../chips.module.css';

export function UsersFilters({ searching }: { searching: UsersSearching }) {
  const { search, words, show, find } = searching;
  const { sort, right, state } = search;
  const chip = (label: string, isOn: boolean, change: Parameters<typeof show>[0]) => (
    <Chip checked={isOn} onChange={() => show(change)} variant="outline" size="sm">
      {label}
    </Chip>
  );
  return (
    <Group mb="md" gap="sm">
      <TextInput
        aria-label={t('Search users')}
        placeholder={t('Search by name or e-mail')}
        leftSection={<IconSearch size={16} aria-hidden />}
        w={{ base: '100%', sm: 320 }}
        value={words}
        onChange={(event) => find(event.currentTarget.value)}
      />
      <Group gap={6} role="group" aria-label={t('Filters')} className={chipStyles['row']}>
        {chip(t('Superusers'), right === 'superuser', {
          right: right === 'superuser' ? undefined : 'superuser',
        })}
        {chip(t('Ordinary users'), right === 'user', { right: right === 'user' ? undefined : 'user' })}
        {chip(t('Switched off'), state === 'off', { state: state === 'off' ? undefined : 'off' })}
      </Group>
      <NativeSelect
        hiddenFrom="sm"
        aria-label={t('Order')}
        w="100%"
        value={sort ?? ''}
        onChange={(event) => show({ sort: orderNamed(event.currentTarget.value) })}
        data={[
          { value: '', label: t('By e-mail') },
          { value: 'name', label: t('By name') },
          { value: '-created_at', label: t('Newest first') },
          { value: '-last_sign_in_at', label: t('Last signed in first') },
        ]}
      />
    </Group>
  );
}

function orderNamed(value: string): UserOrder | undefined {
  return readUsersSearch({ sort: value }).sort;
}
