import { Button, Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';

import styles from './bulk-bar.module.css';
import { useLibraryWork } from './use-views.ts';
import type { View } from '../api/library-wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { t } from '../words/words.ts';
import { Modal } from '../parts/modal.tsx';

export type ViewTask = { does: 'make' } | { does: 'change'; view: View };

type Props = { task: ViewTask; list: View['list']; mayShare: boolean; onClose: () => void };

/** The name of a view, and whose it is. */
export function ViewDialog({ task, list, mayShare, onClose }: Props) {
  const { api, notices } = useSurroundings();
  const work = useLibraryWork();
  const [name, setName] = useState(task.does === 'change' ? task.view.name : '');
  const [shared, setShared] = useState(task.does === 'change' && task.view.isShared);
  const save = async () => {
    const given = name.normalize('NFC').trim();
    const isSaved = await work(
      () =>
        task.does === 'make'
          ? api.makeView({ name: given, list, shared })
          : api.changeView(task.view.id, { name: given, ...(mayShare ? { shared } : {}) }),
      t('The view was not saved.'),
    );
    if (!isSaved) return;
    notices.tell(t('View {name} saved.', { name: given }));
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      lockScroll={false}
      title={task.does === 'make' ? t('Save this list as a view') : t('Rename or share the view')}
      closeButtonProps={{ 'aria-label': t('Close') }}
      size="sm"
    >
      <form
        className={styles['window']}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextInput
          label={t('Name')}
          data-autofocus
          value={name}
          maxLength={100}
          description={t('The view keeps the words, filters, order and layout of the list.')}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        {mayShare && (
          <Checkbox
            label={t('For everybody')}
            checked={shared}
            onChange={({ currentTarget }) => setShared(currentTarget.checked)}
          />
        )}
        <Button type="submit" disabled={name.trim() === ''}>
          {t('Save')}
        </Button>
      </form>
    </Modal>
  );
}
