/** A button that asks whoever runs this Berth to be let in, with a word of why. */
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { askForAccess } from '#api/access.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import { useRefocus } from '#shell/refocus.ts';
import { t } from '#words/words.ts';

/** @param name as it is called where they may know it; else the id that they came with */
export function AskForAccess({ pluginId, name }: { pluginId: string; name: string }) {
  const [isOpen, dialog] = useDisclosure(false);
  const [reason, setReason] = useState('');
  const ask = useMutation({
    mutationFn: () => askForAccess(pluginId, reason.trim()),
    onSuccess: dialog.close,
  });
  const form = useRefocus(ask.isPending);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  if (ask.isSuccess) {
    return (
      <Text size="sm" role="status">
        {t('You asked for access. It opens here at once when you get it.')}
      </Text>
    );
  }
  return (
    <>
      <Button onClick={dialog.open} aria-haspopup="dialog">
        {t('Ask for access')}
      </Button>
      <Modal opened={isOpen} onClose={dialog.close} title={t('Ask for access to {name}', { name })}>
        <form ref={form} onSubmit={submit}>
          <Stack>
            <Textarea
              label={t('Why')}
              description={t('Optional. The person who decides reads it.')}
              autosize
              minRows={3}
              maxRows={8}
              maxLength={500}
              data-autofocus
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              error={errorFor(ask.error, '/reason')}
            />
            <Text size="sm" c="var(--mantine-color-error)" role="alert">
              {generalError(ask.error, ['/reason'])}
            </Text>
            <Group justify="flex-end">
              <Button variant="default" onClick={dialog.close}>
                {t('Cancel')}
              </Button>
              <Button type="submit" loading={ask.isPending}>
                {t('Ask')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
