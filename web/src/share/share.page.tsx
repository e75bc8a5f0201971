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
import { forgetSharedFiles, sharedFiles } from './shared-files.ts';
import { isAccepted, takersOf } from './share.rules.ts';

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
      <Page title="Share">
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
        note(file, { refused: error instanceof Error ? error.message : 'It was not taken.' });
      }
    }
    await forgetSharedFiles();
  };

  return (
    <Page
      title="Share"
      lead="Hand files to an extension."
      action={
        <FileButton multiple onChange={add}>
          {(props) => (
            <Button variant="default" {...props}>
              Choose files
            </Button>
          )}
        </FileButton>
      }
    >
      {rows.length === 0 ? (
        <Notice icon={IconShare} title="Nothing was shared">
          Choose files here. Once Berth is installed on a phone, it also stands in the Share menu of other
          apps.
        </Notice>
      ) : (
        <Stack gap="md">
          <List listStyleType="none" spacing="xs" aria-label="Files">
            {rows.map(({ file, state }, index) => (
              <List.Item key={`${index} ${file.name}`} icon={<StateIcon state={state} />}>
                <Text className="breakable">{file.name === '' ? 'A file without a name' : file.name}</Text>
                <Text size="sm" c="dimmed">
                  {wordsOf(state, taker)}
                </Text>
              </List.Item>
            ))}
          </List>
          <Group>
            {takers.map((plugin) => (
              <Button key={plugin.id} loading={isSending} onClick={() => void send(plugin)}>
                Save to {plugin.name}
              </Button>
            ))}
            {taker && !isSending ? (
              <Button
                variant="default"
                renderRoot={(props) => (
                  <Link {...props} to="/extensions/$pluginId" params={{ pluginId: taker.id }} />
                )}
              >
                Open {taker.name}
              </Button>
            ) : null}
          </Group>
          {takers.length === 0 && open.length > 0 ? (
            <Text c="dimmed">
              No extension that is open to you takes {taker ? 'the others' : 'such files'}.
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
  if (state === 'sent') return `Handed to ${taker?.name ?? 'the extension'}`;
  return state === 'sending' ? 'On its way' : 'Not handed over yet';
}
