/**
 * Who changed which setting when; what was there before can be put back into the form, to be reviewed and
 * saved like any change.
 */
import { type JsonObject, parseJson } from '@berth/plugin-kit/contract/exact-json.ts';
import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { Answered } from '#shell/answered.tsx';
import { Dialog } from '#shell/dialog.tsx';
import { When } from '#shell/times.tsx';
import { Email } from '#shell/email.tsx';
import { msg, t } from '#words/words.ts';
import { type Change, pathOf, wordsFor } from './changes.ts';
import { CompareVersions } from './compare.tsx';
import type { PastChange, PastSave } from './history.types.ts';
import tableStyles from '#shell/table.module.css';
import textStyles from '#shell/text.module.css';

type HistoryPage = { items: PastSave[]; next_before: string | null };

type HistoryProps = {
  /** Where the history is read. */
  path: string;
  /** As they are stored. */
  present: JsonObject;
  isSecret: (change: Change) => boolean;
  /** Puts a whole version into the form. */
  onRestoreAll: ((settings: JsonObject) => void) | null;
  nameOf: (path: readonly string[]) => string;
  /** `null`: they may look and not change. */
  onRestore: ((changes: readonly PastChange[]) => void) | null;
  onClose: () => void;
};

export function SettingsHistory(props: HistoryProps) {
  const { path, nameOf, onRestore, onClose } = props;
  const [isComparing, setComparing] = useState(false);
  const history = useInfiniteQuery({
    queryKey: ['settings-history', path],
    queryFn: async ({ signal, pageParam }) => {
      const before = pageParam === null ? '' : `?before=${encodeURIComponent(pageParam)}`;
      return (
        await request<HistoryPage>(`${path}${before}`, {
          signal,
          parse: parseJson,
        })
      ).data;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_before,
    gcTime: 0,
  });
  const saves = history.data?.pages.flatMap(({ items }) => items) ?? [];
  const list = isComparing ? (
    <CompareVersions {...props} saves={saves} onRestore={props.onRestoreAll} />
  ) : (
    <Stack
      gap="lg"
      component="ol"
      p={0}
      m={0}
      style={{ listStyle: 'none' }}
      aria-label={t('Changes, the newest first')}
    >
      {saves.map((save) => (
        <SaveItem key={save.id} save={save} nameOf={nameOf} onRestore={onRestore} />
      ))}
      {history.hasNextPage ? (
        <Button
          variant="default"
          loading={history.isFetchingNextPage}
          onClick={() => void history.fetchNextPage()}
        >
          {t('Show older')}
        </Button>
      ) : null}
    </Stack>
  );
  return (
    <Dialog onClose={onClose} title={t('What was changed')} size="lg">
      {saves.length > 0 ? (
        <Group justify="flex-end" mb="sm">
          <Button variant="default" size="compact-sm" onClick={() => setComparing(!isComparing)}>
            {isComparing ? t('Show the changes') : t('Compare versions')}
          </Button>
        </Group>
      ) : null}
      <Answered query={history} what={t('The history could not be read')} rows={3}>
        {() =>
          saves.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('Nothing was changed here yet.')}
            </Text>
          ) : (
            list
          )
        }
      </Answered>
    </Dialog>
  );
}

const outcomeWords = {
  saved: null,
  sent: { label: msg('Outcome unknown'), color: 'gray' },
  refused: { label: msg('Refused'), color: 'yellow' },
  failed: { label: msg('Failed'), color: 'red' },
} as const;

function SaveItem({
  save,
  nameOf,
  onRestore,
}: { save: PastSave } & Pick<HistoryProps, 'nameOf' | 'onRestore'>) {
  const look = outcomeWords[save.outcome];
  const restorable = save.outcome === 'saved' ? save.changes.filter(({ secret }) => secret !== true) : [];
  return (
    <li>
      <Group justify="space-between" gap="sm" mb={6}>
        <Group gap="xs" style={{ minWidth: 0 }}>
          <Text size="sm">
            <Email>{save.user.email}</Email>, <When at={save.at} />
          </Text>
          {look ? <Badge color={look.color}>{t(look.label)}</Badge> : null}
        </Group>
        {onRestore && restorable.length > 0 ? (
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => onRestore(restorable)}
            aria-label={t('Put back what was there before the change of {email}', { email: save.user.email })}
          >
            {t('Put back')}
          </Button>
        ) : null}
      </Group>
      <div className={tableStyles['wrap']}>
        <Table fz="sm" verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('Setting')}</Table.Th>
              <Table.Th>{t('Before')}</Table.Th>
              <Table.Th>{t('After')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {save.changes.map((change) => (
              <Table.Tr key={change.pointer}>
                <Table.Td className={textStyles['breakable']}>{nameOf(pathOf(change.pointer))}</Table.Td>
                <Table.Td className={textStyles['breakable']}>
                  {change.secret ? t('a secret value') : wordsFor(change.before, false)}
                </Table.Td>
                <Table.Td className={textStyles['breakable']}>
                  {change.secret ? t('another secret value') : wordsFor(change.after, false)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </li>
  );
}
