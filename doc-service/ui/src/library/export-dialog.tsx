import { Alert, Button, Group, Modal, Progress, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';

import { Failure } from '../api/failure.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { saveFile } from '../parts/save-file.ts';
import { formatSize } from '../model/format.ts';

const importCommand = 'berth documents import';

type Stage =
  | { is: 'ready' }
  | { is: 'under-way'; bytes: number }
  | { is: 'done'; bytes: number }
  | { is: 'failed'; why: string };

/** Everything as one file: every record as JSON lines and every original. Leaving the dialog stops it. */
export function ExportDialog({ onClose }: { onClose: () => void }) {
  const { api, reader } = useSurroundings();
  const [stage, setStage] = useState<Stage>({ is: 'ready' });
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const start = async () => {
    const controller = new AbortController();
    stop.current = controller;
    setStage({ is: 'under-way', bytes: 0 });
    try {
      const { file, name } = await api.exportArchive(
        (bytes) => setStage({ is: 'under-way', bytes }),
        controller.signal,
      );
      saveFile(file, name);
      setStage({ is: 'done', bytes: file.size });
    } catch (cause) {
      if (controller.signal.aborted) return;
      const why = cause instanceof Failure ? cause.message : 'The connection was lost.';
      setStage({ is: 'failed', why });
    }
  };
  const cancel = () => {
    stop.current?.abort();
    setStage({ is: 'ready' });
  };

  return (
    <Modal
      opened
      onClose={onClose}
      lockScroll={false}
      title="Export everything"
      closeButtonProps={{ 'aria-label': 'Close' }}
      size="md"
    >
      <Text size="sm" mb="md">
        One file with every document, and with everything that people said of them: titles, tags, fields,
        notes, rights and history. It holds what belongs to all, also uploads of others. A new archive takes
        it with <code>{importCommand}</code>.
      </Text>
      <div role="status" aria-live="polite">
        {stage.is === 'under-way' && (
          <>
            <Progress value={100} animated aria-label="The export is under way" mb={6} />
            <Text size="sm">{formatSize(stage.bytes, reader)} so far</Text>
          </>
        )}
        {stage.is === 'done' && (
          <Text size="sm">{formatSize(stage.bytes, reader)} exported. The browser keeps the file.</Text>
        )}
      </div>
      {stage.is === 'failed' && (
        <Alert color="red" variant="light" title="The export did not work">
          {stage.why}
        </Alert>
      )}
      <Group justify="flex-end" mt="md">
        {stage.is === 'under-way' ? (
          <Button variant="default" onClick={cancel}>
            Stop
          </Button>
        ) : (
          <Button data-autofocus onClick={() => void start()}>
            {stage.is === 'ready' ? 'Export' : 'Export again'}
          </Button>
        )}
      </Group>
    </Modal>
  );
}
