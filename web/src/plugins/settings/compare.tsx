/** Any two versions side by side, and a whole one put back into the form. */
import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { locale, t } from '#words/words.ts';
import { ChangeTable } from './change-table.tsx';
import { changesBetween, type Change } from './changes.ts';
import type { PastSave } from './history.types.ts';
import { type Version, versionsOf } from './versions.ts';

type CompareProps = {
  present: JsonObject;
  saves: readonly PastSave[];
  nameOf: (path: readonly string[]) => string;
  isSecret: (change: Change) => boolean;
  onRestore: ((settings: JsonObject) => void) | null;
};

export function CompareVersions({ present, saves, nameOf, isSecret, onRestore }: CompareProps) {
  const versions = useMemo(() => versionsOf(present, saves), [present, saves]);
  const [olderId, setOlder] = useState(versions[1]?.id ?? 'first');
  const [newerId, setNewer] = useState(versions[0]?.id ?? 'first');
  const older = versions.find(({ id }) => id === olderId);
  const newer = versions.find(({ id }) => id === newerId);
  const options = versions.map((version, index) => ({ value: version.id, label: wordsOf(version, index) }));
  const changes = older && newer ? changesBetween(older.settings, newer.settings) : [];
  return (
    <Stack gap="md">
      <Group grow align="flex-end" preventGrowOverflow={false}>
        <Select
          label={t('Version')}
          data={options}
          value={olderId}
          allowDeselect={false}
          onChange={(id) => setOlder(id ?? olderId)}
          miw={220}
        />
        <Select
          label={t('Compared with')}
          data={options}
          value={newerId}
          allowDeselect={false}
          onChange={(id) => setNewer(id ?? newerId)}
          miw={220}
        />
      </Group>
      {changes.length === 0 ? (
        <Text size="sm" c="dimmed" role="status">
          {t('No difference between these two.')}
        </Text>
      ) : (
        <ChangeTable {...{ changes, nameOf, isSecret }} heads={[t('Version'), t('Compared with')]} />
      )}
      <Text size="xs" c="dimmed">
        {t('Secrets are in no version: they stay as they are.')}
      </Text>
      {onRestore && older && older !== versions[0] ? (
        <Group justify="flex-end">
          <Button onClick={() => onRestore(older.settings)}>{t('Put this version into the form')}</Button>
        </Group>
      ) : null}
    </Stack>
  );
}

function wordsOf({ at, by }: Version, index: number): string {
  if (at === null) return index === 0 ? t('Now') : t('Before all these changes');
  const when = new Date(at).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' });
  return index === 0 ? t('Now: {when}, {person}', { when, person: by ?? '' }) : `${when}, ${by ?? ''}`;
}
