/** The windows that change and remove an entry of `services.yaml`, held against the list that was seen. */
import { Checkbox, Text, TextInput } from '@mantine/core';
import type { Approve, ListedService } from '@berth/plugin-kit/contract/wire/offers.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { errorFor, generalError } from '#api/field-errors.ts';
import { changeService, removeService, servicesQuery } from '#api/offers.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { tell } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import { ApproveField } from './approve-field.tsx';
import { useHeldEntry } from './held-entry.ts';

type EntryProps = { service: ListedService; etag: string | null; onClose: () => void };
const pointers = ['/url', '/approve'];

export function ChangeEntry({ service, etag, onClose }: EntryProps) {
  const client = useQueryClient();
  const held = useHeldEntry(service, etag);
  const { id } = service;
  const [url, setUrl] = useState(service.url);
  const [approve, setApprove] = useState<Approve>(service.approve);
  const change = useMutation({
    mutationFn: () => changeService(id, { url: url.trim(), approve }, held.etag),
    onSuccess: (answer) => {
      client.setQueryData(servicesQuery.queryKey, answer);
      tell(t('The entry of {name} was changed.', { name: id }));
      onClose();
    },
    onError: async (error) => {
      const theirs = await held.readAnew(error);
      if (!theirs) return;
      // A field that was not touched follows the list; what was typed stays.
      setUrl((mine) => (mine === held.entry?.url ? theirs.url : mine));
      setApprove((mine) => (mine === held.entry?.approve ? theirs.approve : mine));
    },
  });
  return (
    <DialogForm
      title={t('Change {name}', { name: id })}
      action={t('Save')}
      isPending={change.isPending}
      isDisabled={held.entry === null}
      refusal={held.wordsFor(change.error) ?? generalError(change.error, pointers)}
      closeOnClickOutside={false}
      onSubmit={change.mutate}
      onClose={onClose}
    >
      <TextInput
        label={t('Address')}
        description={t('http://host:port, without a path.')}
        required
        withAsterisk={false}
        data-autofocus
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        error={errorFor(change.error, '/url')}
      />
      <ApproveField value={approve} onChange={setApprove} />
      {held.entry?.has_ca && !url.trim().startsWith('https:') ? (
        <Text size="sm" c="dimmed">
          {t('Its certificate authority leaves the entry: over http:// nothing is proved.')}
        </Text>
      ) : null}
    </DialogForm>
  );
}

export function RemoveEntry({ service, etag, onClose }: EntryProps) {
  const client = useQueryClient();
  const held = useHeldEntry(service, etag);
  const [isStopping, setStopping] = useState(false);
  const { id, is_run_here: isRunHere } = service;
  const remove = useMutation({
    mutationFn: () => removeService(id, isStopping, held.etag),
    onSuccess: ({ outcome, detail }) => {
      const done =
        outcome === 'stopped'
          ? t('{name} was removed, and its container stopped.', { name: id })
          : t('{name} was removed from the list.', { name: id });
      tell(detail === null ? done : `${done} ${detail}`);
      void client.invalidateQueries({ queryKey: servicesQuery.queryKey });
      onClose();
    },
    onError: held.readAnew,
  });
  return (
    <DialogForm
      title={t('Remove {name}?', { name: id })}
      action={isStopping ? t('Remove and stop') : t('Remove')}
      isDanger
      isPending={remove.isPending}
      isDisabled={held.entry === null}
      refusal={held.wordsFor(remove.error) ?? generalError(remove.error, [])}
      onSubmit={remove.mutate}
      onClose={onClose}
    >
      <Text size="sm">
        {t(
          'Its entry leaves the list, and nobody can open it any more. What Berth knows of it, such as ' +
            'rights and history, is there again when it is added again.',
        )}
      </Text>
      {isRunHere ? (
        <Checkbox
          label={t('Stop its container and remove it')}
          description={t('Its volumes stay, with its data. Without this the container runs on.')}
          checked={isStopping}
          onChange={(event) => setStopping(event.currentTarget.checked)}
        />
      ) : (
        <Text size="sm" c="dimmed">
          {t('Its container runs on: stop it where you started it.')}
        </Text>
      )}
    </DialogForm>
  );
}
