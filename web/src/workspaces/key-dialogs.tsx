/** Sets a key to a new value, and deletes one. The value that was there is not shown for it. */
import { Switch, Text, Textarea, TextInput } from '@mantine/core';
import type { ConfigurationKey } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteKey, setKey, type Place } from '#api/capability-calls.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { tell } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';

type SetKeyProps = {
  place: Place;
  /** `null`: a new one. */
  present: ConfigurationKey | null;
  onDone: (key: string) => void;
  onClose: () => void;
};

export function SetKey({ place, present, onDone, onClose }: SetKeyProps) {
  const [name, setName] = useState(present?.key ?? '');
  const [value, setValue] = useState('');
  const [isSecret, setSecret] = useState(present?.is_secret ?? true);
  const save = useMutation({
    mutationFn: () => setKey(place, name.trim(), { value, is_secret: isSecret }),
    onSuccess: () => {
      tell(t('{name} was set', { name: name.trim() }));
      onDone(name.trim());
    },
  });
  return (
    <DialogForm
      title={present ? t('Set {key}', { key: present.key }) : t('Add a key')}
      action={present ? t('Set value') : t('Add key')}
      isPending={save.isPending}
      isDisabled={name.trim() === ''}
      refusal={generalError(save.error, ['/value', '/is_secret'])}
      closeOnClickOutside={false}
      onSubmit={save.mutate}
      onClose={onClose}
    >
      {present ? null : (
        <TextInput
          label={t('Key')}
          required
          withAsterisk={false}
          data-autofocus
          maxLength={256}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      <Textarea
        label={present ? t('New value') : t('Value')}
        autosize
        minRows={2}
        maxRows={12}
        spellCheck={false}
        autoComplete="off"
        {...(present ? { 'data-autofocus': true } : {})}
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
        error={errorFor(save.error, '/value')}
      />
      <Switch
        label={t('Secret')}
        description={t('Its source keeps it as one, where it tells them apart.')}
        checked={isSecret}
        onChange={(event) => setSecret(event.currentTarget.checked)}
      />
    </DialogForm>
  );
}

type DeleteKeyProps = { place: Place; name: string; onDone: (key: string) => void; onClose: () => void };

export function DeleteKey({ place, name, onDone, onClose }: DeleteKeyProps) {
  const remove = useMutation({
    mutationFn: () => deleteKey(place, name),
    onSuccess: () => {
      tell(t('{name} was deleted', { name }));
      onDone(name);
    },
  });
  return (
    <DialogForm
      title={t('Delete {name}?', { name })}
      action={t('Delete key')}
      isDanger
      isPending={remove.isPending}
      refusal={generalError(remove.error, [])}
      onSubmit={remove.mutate}
      onClose={onClose}
    >
      <Text size="sm">
        {t('Programs that read it from its source no longer find it. This cannot be undone here.')}
      </Text>
    </DialogForm>
  );
}
