import { Alert, Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { isBelow, joined, nameOfPath, parentOf } from './folder-tree.rules.ts';
import styles from './bulk-bar.module.css';
import { Failure } from '../api/failure.ts';
import type { Category } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { useCategories, useFolderPaths } from '../context/values.ts';
import { msg, t } from '../words/words.ts';
import { Modal } from '../parts/modal.tsx';

/** `path`: the folder that it is about; null, with `create`: the top. */
export type FolderTask = FolderWork | { does: 'rights'; path: string };
export type FolderWork =
  | { does: 'create'; path: string | null }
  | { does: 'rename' | 'move' | 'delete'; path: string };

type Props = {
  task: FolderWork;
  onClose: () => void;
  /** The folder has another path now; null: it is gone. */
  onMoved: (from: string, to: string | null) => void;
};

const titles = {
  create: msg('New folder'),
  rename: msg('Rename the folder'),
  move: msg('Move the folder'),
  delete: msg('Delete the folder'),
};
const buttons = { create: msg('Create'), rename: msg('Rename'), move: msg('Move'), delete: msg('Delete') };

/** One question for each thing that can be done with a folder. */
export function FolderDialog({ task, onClose, onMoved }: Props) {
  const { api, notices } = useSurroundings();
  const queries = useQueryClient();
  const categories = useCategories().data?.items ?? [];
  const [name, setName] = useState(task.does === 'rename' ? nameOfPath(task.path) : '');
  const [parent, setParent] = useState(task.does === 'move' ? parentOf(task.path) : '');
  const [merge, setMerge] = useState(false);
  const inIt = task.path === null ? 0 : documentsIn(task.path, categories);
  const to = targetOf(task, name, parent);

  const work = useMutation({
    mutationFn: async () => {
      if (task.does === 'create') return api.createCategory(to);
      const id = categories.find(({ path }) => path === task.path)?.id;
      if (id === undefined || id === '')
        throw new Failure('gone', t('This folder is not there any more.'), 404, null);
      if (task.does === 'delete')
        return api.deleteCategory(id, categories.find(({ path }) => path === parent)?.id ?? null);
      return api.moveCategory(id, to, merge);
    },
    onSuccess: () => {
      for (const key of ['categories', 'documents', 'facets'])
        void queries.invalidateQueries({ queryKey: [key] });
      if (task.does === 'create') notices.tell(t('Folder {path} created.', { path: to }));
      else if (task.does === 'delete') notices.tell(t('Folder {path} deleted.', { path: task.path }));
      else notices.tell(t('Folder {path} is now {to}.', { path: task.path, to }));
      if (task.does !== 'create') onMoved(task.path, task.does === 'delete' ? null : to);
      onClose();
    },
  });
  const isThere = categories.some(({ path }) => path === to);
  const exists =
    isThere && (task.does === 'create' || (work.error instanceof Failure && work.error.status === 409));
  const isReady =
    task.does === 'delete'
      ? inIt === 0 || parent !== ''
      : to !== '' && to !== task.path && !(isThere && task.does === 'create');

  return (
    <Modal
      opened
      onClose={onClose}
      title={t(titles[task.does])}
      lockScroll={false}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form
        className={styles['window']}
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) work.mutate();
        }}
      >
        {(task.does === 'create' || task.does === 'rename') && (
          <TextInput
            label={t('Name')}
            description={
              task.does === 'create' && task.path !== null ? t('In {path}', { path: task.path }) : undefined
            }
            data-autofocus
            value={name}
            maxLength={200}
            error={name.includes('/') ? t('A name has no slash in it.') : null}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
        )}
        {task.does === 'delete' && <DeleteWords path={task.path} count={inIt} />}
        {(task.does === 'move' || (task.does === 'delete' && inIt > 0)) && (
          <TargetFolder task={task} parent={parent} onParent={setParent} />
        )}
        {work.error !== null && !exists && (
          <Alert color="red" role="alert">
            {work.error instanceof Failure ? work.error.message : t('The answer could not be understood.')}
          </Alert>
        )}
        {exists && task.does !== 'create' && (
          <Checkbox
            role="alert"
            label={t('There is a folder {path} already. Put everything into it.', { path: to })}
            checked={merge}
            onChange={({ currentTarget }) => setMerge(currentTarget.checked)}
          />
        )}
        {exists && task.does === 'create' && (
          <Alert role="alert">{t('There is a folder of this name already.')}</Alert>
        )}
        <Button
          type="submit"
          color={task.does === 'delete' ? 'red' : 'harbour'}
          loading={work.isPending}
          disabled={!isReady || name.includes('/')}
        >
          {t(buttons[task.does])}
        </Button>
      </form>
    </Modal>
  );
}

function DeleteWords({ path, count }: { path: string; count: number }) {
  return (
    <p className={styles['words']}>
      {count === 0
        ? t('The folder {path} is empty and goes away.', { path })
        : t(
            '{count, plural, one {1 document is in {path}.} other {# documents are in ' +
              '{path}.}} No document is deleted: choose where they go.',
            { count, path },
          )}
    </p>
  );
}

function TargetFolder({
  task,
  parent,
  onParent,
}: {
  task: FolderWork;
  parent: string;
  onParent: (path: string) => void;
}) {
  const others = useFolderPaths().filter((path) => task.path === null || !isBelow(path, task.path));
  const top = task.does === 'move' ? t('The top') : t('Choose a folder');
  return (
    <NativeSelect
      label={task.does === 'move' ? t('Into') : t('Move its documents to')}
      data-autofocus
      value={parent}
      data={[{ value: '', label: top }, ...others.map((path) => ({ value: path, label: path }))]}
      onChange={({ currentTarget }) => onParent(currentTarget.value)}
    />
  );
}

/** The path that the folder has afterwards; empty while there is none. */
function targetOf(task: FolderWork, name: string, parent: string): string {
  const clean = name.normalize('NFC').trim();
  if (task.does === 'move') return joined(parent, nameOfPath(task.path));
  if (task.does === 'delete' || clean === '') return '';
  return joined(task.does === 'create' ? (task.path ?? '') : parentOf(task.path), clean);
}

function documentsIn(folder: string, categories: readonly Category[]): number {
  return categories.filter(({ path }) => isBelow(path, folder)).reduce((sum, { count }) => sum + count, 0);
}
