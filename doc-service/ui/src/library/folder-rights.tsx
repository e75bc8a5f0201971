import { Alert, Button, Radio, Skeleton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import styles from './bulk-bar.module.css';
import { Failure } from '../api/failure.ts';
import type { FolderRights as Present, Rights } from '../api/library-wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { useCategories } from '../context/values.ts';
import { GroupField } from '../parts/group-field.tsx';
import { Trouble } from '../parts/states.tsx';
import { t } from '../words/words.ts';
import { Modal } from '../parts/modal.tsx';

/** Who sees what the watched folder put into a folder, and who changes it. Superusers say so; others read it. */
export function FolderRights({ path, onClose }: { path: string; onClose: () => void }) {
  const { api } = useSurroundings();
  const { data } = useCategories();
  const id = data?.items.find((one) => one.path === path)?.id ?? '';
  const rights = useQuery({
    queryKey: ['rights', id],
    queryFn: ({ signal }) => api.folderRights(id, signal),
    enabled: id !== '',
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      lockScroll={false}
      title={t('Who can see {path}', { path })}
      closeButtonProps={{ 'aria-label': t('Close') }}
      size="md"
    >
      {rights.error !== null && (
        <Trouble
          failure={rights.error}
          what={t('the rights of this folder')}
          onRetry={() => void rights.refetch()}
        />
      )}
      {rights.data === undefined && rights.error === null && <Skeleton height={160} />}
      {rights.data !== undefined && (
        <RightsForm
          id={id}
          present={rights.data}
          groups={data?.groups ?? []}
          mayChange={data?.maySetRights === true}
          onClose={onClose}
        />
      )}
    </Modal>
  );
}

type Choice = 'above' | 'everyone' | 'groups';
type FormProps = {
  id: string;
  present: Present;
  groups: readonly string[];
  mayChange: boolean;
  onClose: () => void;
};

function RightsForm({ id, present, groups, mayChange, onClose }: FormProps) {
  const { api, notices } = useSurroundings();
  const queries = useQueryClient();
  const [choice, setChoice] = useState<Choice>(choiceOf(present.own));
  const [read, setRead] = useState(present.own?.read ?? []);
  const [edit, setEdit] = useState(present.own?.edit ?? present.effective.edit);
  const save = useMutation({
    mutationFn: () =>
      api.setFolderRights(id, choice === 'above' ? null : { everyone: choice === 'everyone', read, edit }),
    onSuccess: () => {
      notices.tell(t('Saved who can see this folder.'));
      for (const key of ['categories', 'documents', 'facets'])
        void queries.invalidateQueries({ queryKey: [key] });
      onClose();
    },
  });
  const above = present.own === null ? present : null;
  return (
    <form
      className={styles['window']}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <p className={styles['words']}>
        {t(
          'This is about what the watched folder puts here. What a person uploads stays theirs ' +
            'until they share it. Superusers see every folder.',
        )}
      </p>
      <Radio.Group
        label={t('Who can see it')}
        value={choice}
        onChange={(value) => setChoice(value === 'everyone' || value === 'groups' ? value : 'above')}
      >
        <div className={styles['radios']}>
          <Radio
            value="above"
            disabled={!mayChange}
            label={t('As the folder above says')}
            description={above === null ? undefined : inWords(above)}
          />
          <Radio value="everyone" disabled={!mayChange} label={t('Everybody who is signed in')} />
          <Radio value="groups" disabled={!mayChange} label={t('Some groups alone')} />
        </div>
      </Radio.Group>
      {choice === 'groups' && (
        <GroupField
          label={t('Groups that may read')}
          groups={read}
          suggestions={groups}
          disabled={!mayChange}
          onGroups={setRead}
        />
      )}
      {choice !== 'above' && (
        <GroupField
          label={t('Groups that may read and change')}
          groups={edit}
          suggestions={groups}
          disabled={!mayChange}
          onGroups={setEdit}
        />
      )}
      {choice === 'groups' && read.length + edit.length === 0 && (
        <p className={styles['words']}>{t('With no group, superusers alone see it.')}</p>
      )}
      {save.error !== null && (
        <Alert color="red" role="alert">
          {save.error instanceof Failure ? save.error.message : t('The answer could not be understood.')}
        </Alert>
      )}
      {mayChange && (
        <Button type="submit" loading={save.isPending}>
          {t('Save')}
        </Button>
      )}
    </form>
  );
}

function choiceOf(own: Rights | null): Choice {
  if (own === null) return 'above';
  return own.everyone ? 'everyone' : 'groups';
}

function inWords({ effective, from }: Present): string {
  const rule = ruleWords(effective);
  return from === null
    ? t('No folder above says anything: {rule}', { rule })
    : t('{path} says: {rule}', { path: from, rule });
}

function ruleWords(effective: Present['effective']): string {
  const changing = groupsWords(effective.edit);
  if (effective.everyone) return t('everybody reads, {groups} may change.', { groups: changing });
  return t('{readers} may read, {groups} may change.', {
    readers: groupsWords([...effective.read, ...effective.edit]),
    groups: changing,
  });
}

function groupsWords(groups: readonly string[]): string {
  return groups.length === 0 ? t('superusers alone') : groups.join(', ');
}
