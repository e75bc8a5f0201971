import { Button, Group, Text } from '@mantine/core';
import { Dialog } from '#shell/dialog.tsx';
import { t } from '#words/words.ts';

type LeaveDialogProps = { count: number; onStay: () => void; onLeave: () => void };

/** @param props `count` of the changes that are lost */
export function LeaveDialog({ count, onStay, onLeave }: LeaveDialogProps) {
  return (
    <Dialog onClose={onStay} title={t('Leave without saving?')}>
      <Text size="sm">
        {t('{count, plural, one {One change is not saved yet.} other {# changes are not saved yet.}}', {
          count,
        })}
      </Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onLeave}>
          {t('Leave')}
        </Button>
        <Button onClick={onStay}>{t('Stay')}</Button>
      </Group>
    </Dialog>
  );
}
