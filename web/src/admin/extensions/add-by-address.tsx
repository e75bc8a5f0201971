/** Adds any container: its id and address go into `services.yaml`, and its connection report follows live. */
import { Alert, Code, Textarea, TextInput } from '@mantine/core';
import type { AddingState, Approve } from '@berth/plugin-kit/contract/wire/offers.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import IconLock from '@tabler/icons-react/dist/esm/icons/IconLock.mjs';
import { useState } from 'react';
import { errorFor, generalError } from '#api/field-errors.ts';
import { addService } from '#api/offers.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { t } from '#words/words.ts';
import { ApproveField } from './approve-field.tsx';
import { ComingUp } from './coming-up.tsx';

const pointers = ['/id', '/url', '/approve', '/ca'];

export function AddByAddress({ adding, onClose }: { adding: AddingState; onClose: () => void }) {
  const client = useQueryClient();
  const [id, setId] = useState('');
  const [url, setUrl] = useState('');
  const [approve, setApprove] = useState<Approve>('first');
  const [ca, setCa] = useState('');
  const isTls = url.trim().startsWith('https:');
  const add = useMutation({
    mutationFn: () =>
      addService({
        id: id.trim(),
        url: url.trim(),
        approve,
        ...(isTls && ca.trim() !== '' ? { ca } : {}),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['admin-offers'] }),
  });
  if (add.data) return <ComingUp id={add.data.id} name={add.data.id} onClose={onClose} />;
  return (
    <DialogForm
      title={t('Add an extension by its address')}
      action={t('Add extension')}
      isPending={add.isPending}
      isDisabled={!adding.can_write}
      refusal={generalError(add.error, pointers)}
      closeOnClickOutside={false}
      onSubmit={add.mutate}
      onClose={onClose}
    >
      {adding.why_not === null ? null : (
        <Alert color="yellow" variant="light" icon={<IconLock size={20} />}>
          {adding.why_not}
          <Code block mt="xs" tabIndex={0}>
            {`services:\n  ${id.trim() || 'hello'}: ${url.trim() || 'http://127.0.0.1:9000'}\n`}
          </Code>
        </Alert>
      )}
      <TextInput
        label={t('Id')}
        description={t('As its manifest says it: small letters, digits and dashes.')}
        placeholder="hello"
        required
        withAsterisk={false}
        data-autofocus
        maxLength={100}
        value={id}
        onChange={(event) => setId(event.currentTarget.value)}
        error={errorFor(add.error, '/id')}
      />
      <TextInput
        label={t('Address')}
        description={t('http://host:port, without a path.')}
        placeholder="http://127.0.0.1:9000"
        required
        withAsterisk={false}
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        error={errorFor(add.error, '/url')}
      />
      <ApproveField value={approve} onChange={setApprove} />
      {isTls ? (
        <Textarea
          label={t('Certificate authority')}
          description={t('PEM, where its certificate is signed by an authority of your own.')}
          placeholder="-----BEGIN CERTIFICATE-----"
          autosize
          minRows={3}
          maxRows={8}
          value={ca}
          onChange={(event) => setCa(event.currentTarget.value)}
          error={errorFor(add.error, '/ca')}
        />
      ) : null}
    </DialogForm>
  );
}
