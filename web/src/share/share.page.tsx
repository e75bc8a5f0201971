/** Files that came from another app, or are chosen here: handed to an extension that takes such files. */
import { Button, FileButton, Group, List, Loader, Stack, Text } from '@mantine/core';
import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import IconCheck from '@tabler/icons-react/dist/esm/icons/IconCheck.mjs';
import IconFile from '@tabler/icons-react/dist/esm/icons/IconFile.mjs';
import IconShare from '@tabler/icons-react/dist/esm/icons/IconShare.mjs';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { requestWithForm } from '#api/client.ts';
import { isServed, usePlugins } from '#api/plugins.ts';
import type { Plugin } from '#api/types.ts';
import { Page } from '#shell/page.tsx';
import { Loading, Notice } from '#shell/states.tsx';
import { t } from '#words/words.ts';
import { forgetSharedFiles, sharedFiles } from './shared-files.ts';
import { isAccepted, takersOf } from './share.rules.ts';
import textStyles from '#shell/text.module.css';

type State = 'waiting' | 'sending' | 'sent' | { refused: string };
type Row = { file: File; state: State };

export function SharePage() {
  const { plugins, isPending } = usePlugins();
  const [rows, setRows] = useState<Row[] | null>(null);
  const [taker, setTaker] = useState<Plugin | null>(null);
  const add = (files: readonly File[]) =>
    setRows((before) => [...(before ?? []), ...files.map((file) => ({ file, state: 'waiting' as const }))]);
  useEffect(() => {
    let isHere = true;
    sharedFiles().then(
      (files) => isHere && add(files),
      () => isHere && add([]),
    );
    return () => {
      isHere = false;
    };
  }, []);
  if (rows === null || isPending)
    return (
      <Page title={t('Share')}>
        <Loading rows={2} />
      </Page>
    );

  const open = rows.filter(({ state }) => state === 'waiting' || typeof state === 'object');
  const takers = takersOf(
    plugins.filter((plugin) => isServed(plugin)),
    open.map(({ file }) => file),
  );
  const isSending = rows.some(({ state }) => state === 'sending');
  const send = async (plugin: Plugin): Promise<void> => {
    const accepts = plugin.ui?.accepts_files;
    if (!accepts) return;
    setTaker(plugin);
    const note = (file: File, state: State) =>
      setRows((before) => before?.map((row) => (row.file === file ? { file, state } : row)) ?? null);
    for (const { file } of open) {
      if (!isAccepted(file, accepts.types)) continue;
      note(file, 'sending');
      const form = new FormData();
      form.set('file', file);
      try {
        await requestWithForm(`/api/plugins/${encodeURIComponent(plugin.id)}/app${accepts.path}`, form);
        note(file, 'sent');
      } catch (error) {
        note(file, { refused: error instanceof Error ? error.message : t('It was not taken.') });
      }
    }
    await forgetSharedFiles();
  };

  return (
    <Page
      title={t('Share')}
      lead={t('Hand files to an extension.')}
      action={
        <FileButton multiple onChange={add}>
          {(props) => (
            <Button variant="default" {...props}>
              {t('Choose files')}
            </Button>
          )}
        </FileButton>
      }
    >
      {rows.length === 0 ? (
        <Notice icon={IconShare} title={t('Nothing was shared')}>
          {t(
            'Choose files here. Once Berth is installed on a phone, it also stands in the Share menu ' +
              'of other apps.',
          )}
        </Notice>
      ) : (
        <Stack gap="md">
          <List listStyleType="none" spacing="xs" aria-label={t('Files')}>
            {rows.map(({ file, state }, index) => (
              <List.Item key={`${index} ${file.name}`} icon={<StateIcon state={state} />}>
                <Text className={textStyles['breakable']}>
                  {file.name === '' ? t('A file without a name') : file.name}
                </Text>
                <Text size="sm" c="dimmed">
                  {wordsOf(state, taker)}
                </Text>
              </List.Item>
            ))}
          </List>
          <Group>
            {takers.map((plugin) => (
              <Button key={plugin.id} loading={isSending} onClick={() => void send(plugin)}>
                {t('Save to {name}', { name: plugin.name })}
              </Button>
            ))}
            {taker && !isSending ? (
              <Button
                variant="default"
                renderRoot={(props) => (
                  <Link {...props} to="/extensions/$pluginId" params={{ pluginId: taker.id }} />
                )}
              >
                {t('Open {name}', { name: taker.name })}
              </Button>
            ) : null}
          </Group>
          {takers.length === 0 && open.length > 0 ? (
            <Text c="dimmed">
              {taker
                ? t('No extension that is open to you takes the others.')
                : t('No extension that is open to you takes such files.')}
            </Text>
          ) : null}
        </Stack>
      )}
    </Page>
  );
}

function StateIcon({ state }: { state: State }) {
  if (state === 'sending') return <Loader size={18} />;
  if (state === 'sent') return <IconCheck size={20} color="var(--mantine-color-teal-6)" aria-hidden />;
  return state === 'waiting' ? (
    <IconFile size={20} aria-hidden />
  ) : (
    <IconAlertTriangle size={20} color="var(--mantine-color-red-6)" aria-hidden />
  );
}

function wordsOf(state: State, taker: Plugin | null): string {
  if (typeof state === 'object') return state.refused;
  if (state === 'sent') return t('Handed to {name}', { name: taker?.name ?? t('the extension') });
  return state === 'sending' ? t('On its way') : t('Not handed over yet');
}
