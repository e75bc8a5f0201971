/** Adds a workspace type (`null`) or changes one. */
import { TextInput } from '@mantine/core';
import type { WorkspaceType } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { errorFor, generalError } from '#api/field-errors.ts';
import { saveType } from '#api/workspaces.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { tell } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import { slugOf } from './slug.ts';

export function TypeForm({ type, onClose }: { type: WorkspaceType | null; onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState(type?.name ?? '');
  const [slug, setSlug] = useState(type?.slug ?? '');
  const [description, setDescription] = useState(type?.description ?? '');
  const save = useMutation({
    mutationFn: () =>
      saveType(type?.id ?? null, { name: name.trim(), slug: slug || slugOf(name), description }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['admin-workspaces'] });
      tell(type ? t('Type saved') : t('Type added'));
      onClose();
    },
  });
  return (
    <DialogForm
      title={type ? t('Edit {name}', { name: type.name }) : t('Add a workspace type')}
      action={type ? t('Save') : t('Add type')}
      isPending={save.isPending}
      refusal={generalError(save.error, ['/name', '/slug', '/description'])}
      onSubmit={save.mutate}
      onClose={onClose}
    >
      <NameFields
        {...{ name, slug, description, setName, setSlug, setDescription }}
        errorAt={(field) => errorFor(save.error, `/${field}`)}
      />
    </DialogForm>
  );
}

type NameFieldsProps = {
  name: string;
  slug: string;
  description: string;
  setName: (next: string) => void;
  setSlug: (next: string) => void;
  setDescription: (next: string) => void;
  errorAt: (field: string) => string | null;
};

export function NameFields(props: NameFieldsProps) {
  const { name, slug, description, errorAt } = props;
  return (
    <>
      <TextInput
        label={t('Name')}
        required
        withAsterisk={false}
        maxLength={80}
        data-autofocus
        value={name}
        onChange={(event) => props.setName(event.currentTarget.value)}
        error={errorAt('name')}
      />
      <TextInput
        label={t('Slug')}
        description={t('In addresses, and as a variable in options.')}
        placeholder={slugOf(name)}
        maxLength={63}
        value={slug}
        onChange={(event) => props.setSlug(event.currentTarget.value)}
        error={errorAt('slug')}
      />
      <TextInput
        label={t('Description')}
        maxLength={500}
        value={description}
        onChange={(event) => props.setDescription(event.currentTarget.value)}
        error={errorAt('description')}
      />
    </>
  );
}
