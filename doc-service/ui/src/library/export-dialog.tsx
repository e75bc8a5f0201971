import { Alert, Button, Group, Progress, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';

import { Failure } from '../api/failure.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { saveFile } from '../parts/save-file.ts';
import { formatSize } from '../model/format.ts';
import { Words } from '../words/with-parts.tsx';
import { msg, t } from '../words/words.ts';
import { Modal } from '../parts/modal.tsx';

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
      const why = cause instanceof Failure ? cause.message : t('The connection was lost.');
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
      title={t('Export everything')}
      closeButtonProps={{ 'aria-label': t('Close') }}
      size="md"
    >
      <Text size="sm" mb="md">
        <Words
          text={msg(
            'One file with every document, and with everything that people said of them: ' +
              'titles, tags, fields, ' +
              'notes, rights and history. It holds what belongs to all, also uploads of others. ' +
              'A new archive takes it with <command/>.',
          )}
          parts={{ command: <code>berth documents import</code> }}
        />
      </Text>
      <div role="status" aria-live="polite">
        {stage.is === 'under-way' && (
          <>
            <Progress value={100} animated aria-label={t('The export is under way')} mb={6} />
            <Text size="sm">{t('{size} so far', { size: formatSize(stage.bytes, reader) })}</Text>
          </>
        )}
        {stage.is === 'done' && (
          <Text size="sm">
            {t('{size} exported. The browser keeps the file.', {
              size: formatSize(stage.bytes, reader),
            })}
          </Text>
        )}
      </div>
      {stage.is === 'failed' && (
        <Alert color="red" variant="light" title={t('The export did not work')}>
          {stage.why}
        </Alert>
      )}
      <Group justify="flex-end" mt="md">
        {stage.is === 'under-way' ? (
          <Button variant="default" onClick={cancel}>
            {t('Stop')}
          </Button>
        ) : (
          <Button data-autofocus onClick={() => void start()}>
            {stage.is === 'ready' ? t('Export') : t('Export again')}
          </Button>
        )}
      </Group>
    </Modal>
  );
}
