import { Checkbox, Group, Table, UnstyledButton, VisuallyHidden } from '@mantine/core';
import IconArrowDown from '@tabler/icons-react/dist/esm/icons/IconArrowDown.mjs';
import IconArrowUp from '@tabler/icons-react/dist/esm/icons/IconArrowUp.mjs';
import type { ReactNode } from 'react';
import type { AdminUser } from '#api/types.ts';
import { t } from '#words/words.ts';
import { UserRow } from './user-row.tsx';
import { nextOrder, sortOf, type UserColumn, type UserOrder } from './users.rules.ts';
import tableStyles from '#shell/table.module.css';
import styles from './users.module.css';

type UsersTableProps = {
  users: readonly AdminUser[];
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  sort: UserOrder | undefined;
  onSort: (order: UserOrder | undefined) => void;
};

export function UsersTable({ users, chosen, onChoose, sort, onSort }: UsersTableProps) {
  const chosenHere = users.filter(({ id }) => chosen.has(id));
  const areAllChosen = chosenHere.length > 0 && chosenHere.length === users.length;
  const choose = (id: string, isChosen: boolean) =>
    onChoose(isChosen ? new Set([...chosen, id]) : new Set([...chosen].filter((one) => one !== id)));
  return (
    <div className={tableStyles['wrap']} tabIndex={0} role="region" aria-label={t('Users')}>
      <Table
        className={tableStyles['cardsOnPhones']}
        verticalSpacing="sm"
        horizontalSpacing="md"
        highlightOnHover
        stickyHeader
      >
        <Table.Thead>
          <Table.Tr>
            <Head column="name" label={t('Person')} {...{ sort, onSort }}>
              <Checkbox
                aria-label={t('Choose everybody on this page')}
                checked={areAllChosen}
                indeterminate={chosenHere.length > 0 && !areAllChosen}
                onChange={() => onChoose(new Set(areAllChosen ? [] : users.map(({ id }) => id)))}
              />
            </Head>
            <Table.Th>{t('Groups')}</Table.Th>
            <Table.Th>{t('Rights')}</Table.Th>
            <Head column="created_at" label={t('Added')} {...{ sort, onSort }} />
            <Head column="last_sign_in_at" label={t('Last sign-in')} {...{ sort, onSort }} />
            <Table.Th>
              <VisuallyHidden>{t('Actions')}</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {users.map((user) => (
            <UserRow
              key={user.id}
              user={user}
              isChosen={chosen.has(user.id)}
              onChoose={(isChosen) => choose(user.id, isChosen)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

type HeadProps = {
  column: UserColumn;
  label: string;
  sort: UserOrder | undefined;
  onSort: (order: UserOrder | undefined) => void;
  children?: ReactNode;
};

function Head({ column, label, sort, onSort, children }: HeadProps) {
  const now = sortOf(sort, column);
  const Arrow = now === 'descending' ? IconArrowDown : IconArrowUp;
  return (
    <Table.Th aria-sort={now} {...(column === 'name' ? { miw: 220 } : {})}>
      <Group gap="sm" wrap="nowrap">
        {children}
        <UnstyledButton
          className={styles['sortHead']}
          data-active={now !== 'none' || undefined}
          onClick={() => onSort(nextOrder(sort, column))}
        >
          {label}
          <Arrow size={14} aria-hidden />
        </UnstyledButton>
      </Group>
    </Table.Th>
  );
}
