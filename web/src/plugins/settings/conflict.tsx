import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '#shell/dialog.tsx';
import { t } from '#words/words.ts';
import { type Conflict, wordsFor } from './changes.ts';

type ConflictDialogProps = {
  conflicts: readonly Conflict[];
  isSecret: (conflict: Conflict) => boolean;
  nameOf: (conflict: Conflict) => string;
  onChoose: (mine: ReadonlySet<string>) => void;
  onClose: () => void;
};

/** Saved by another person meanwhile: both versions, field by field; nothing is overwritten unseen. */
export function ConflictDialog({ conflicts, isSecret, nameOf, onChoose, onClose }: ConflictDialogProps) {
  const [mine, setMine] = useState<ReadonlySet<string>>(new Set());
  const choose = (pointer: string, isMine: boolean) => {
    const next = new Set(mine);
    if (isMine) next.add(pointer);
    else next.delete(pointer);
    setMine(next);
  };
  return (
    <Dialog onClose={onClose} title={t('Saved by another person meanwhile')} size="lg">
      <Stack>
        <Text size="sm" c="dimmed">
          {conflicts.length === 0
            ? t(
                'Their changes and yours touch different settings. Yours are put on top of theirs; look ' +
                  'once more, then save.',
              )
            : t(
                'You both changed the settings below. Choose for each; your other changes are put on top ' +
                  'of theirs.',
              )}
        </Text>
        {conflicts.map((conflict) => (
          <Radio.Group
            key={conflict.pointer}
            label={nameOf(conflict)}
            value={mine.has(conflict.pointer) ? 'mine' : 'theirs'}
            onChange={(value) => choose(conflict.pointer, value === 'mine')}
          >
            <Stack gap={6} mt={6}>
              <Radio
                value="theirs"
                label={t('Take theirs: {value}', {
                  value: wordsFor(conflict.theirs, isSecret(conflict)),
                })}
              />
              <Radio
                value="mine"
                label={t('Take mine: {value}', { value: wordsFor(conflict.mine, isSecret(conflict)) })}
              />
            </Stack>
          </Radio.Group>
        ))}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('Not now')}
          </Button>
          <Button onClick={() => onChoose(mine)}>{t('Continue')}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
