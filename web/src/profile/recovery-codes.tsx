/** Recovery codes are shown once: here. */
import { Alert, Button, Checkbox, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import IconCopy from '@tabler/icons-react/dist/esm/icons/IconCopy.mjs';
import IconDownload from '@tabler/icons-react/dist/esm/icons/IconDownload.mjs';
import { useState } from 'react';
import { Dialog } from '#shell/dialog.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';

export function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const [areKept, setKept] = useState(false);
  const text = `${codes.join('\n')}\n`;
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => tell(t('Recovery codes copied')),
      (error: unknown) => tellFailure(t('The codes could not be copied'), error),
    );
  return (
    <Dialog
      onClose={onClose}
      title={t('Your recovery codes')}
      withCloseButton={areKept}
      closeOnEscape={areKept}
      closeOnClickOutside={areKept}
    >
      <Stack>
        <Text size="sm">
          {t(
            'Each opens your account once when your second factor is out of reach. They are shown ' +
              'this one time.',
          )}
        </Text>
        <SimpleGrid
          cols={2}
          spacing="xs"
          component="ul"
          p={0}
          m={0}
          style={{ listStyle: 'none' }}
          aria-label={t('Recovery codes')}
        >
          {codes.map((code) => (
            <Text key={code} component="li" ff="monospace" ta="center">
              {code}
            </Text>
          ))}
        </SimpleGrid>
        <Group grow>
          <Button
            variant="default"
            leftSection={<IconCopy size={16} aria-hidden />}
            onClick={() => void copy()}
          >
            {t('Copy')}
          </Button>
          <Button
            variant="default"
            component="a"
            leftSection={<IconDownload size={16} aria-hidden />}
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
            download="berth-recovery-codes.txt"
          >
            {t('Download')}
          </Button>
        </Group>
        <Alert color="yellow" variant="light">
          {t('Keep them where your device is not: a password manager, or paper.')}
        </Alert>
        <Checkbox
          label={t('I have kept them')}
          checked={areKept}
          onChange={(event) => setKept(event.currentTarget.checked)}
        />
        <Button disabled={!areKept} onClick={onClose}>
          {t('Done')}
        </Button>
      </Stack>
    </Dialog>
  );
}
