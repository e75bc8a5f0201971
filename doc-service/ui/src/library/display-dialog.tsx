import { Button, Checkbox, SegmentedControl } from '@mantine/core';
import { useState } from 'react';

import styles from './bulk-bar.module.css';
import { columnNames, columnsOf, defaultColumns } from './columns.ts';
import { useLibraryWork } from './use-views.ts';
import type { LibrarySettings } from '../api/library-wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { t } from '../words/words.ts';
import { Modal } from '../parts/modal.tsx';

/** Which columns the list has, and how close its rows are. Kept for the person, on every device. */
export function DisplayDialog({ settings, onClose }: { settings: LibrarySettings; onClose: () => void }) {
  const { api } = useSurroundings();
  const work = useLibraryWork();
  const [columns, setColumns] = useState<readonly string[]>(settings.columns ?? defaultColumns);
  const [isDense, setDense] = useState(settings.isDense);
  const save = async () => {
    const chosen = [...columnsOf(columns)];
    if (
      await work(
        () => api.saveLibrarySettings({ ...settings, columns: chosen, isDense }),
        t('It was not saved.'),
      )
    )
      onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      lockScroll={false}
      title={t('Columns and density')}
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
        <Checkbox.Group
          label={t('Columns beside the title')}
          value={[...columns]}
          onChange={(next) => setColumns(next)}
        >
          <div className={styles['radios']}>
            {Object.entries(columnNames).map(([column, name]) => (
              <Checkbox key={column} value={column} label={t(name)} />
            ))}
          </div>
        </Checkbox.Group>
        <SegmentedControl
          aria-label={t('Density')}
          value={isDense ? 'dense' : 'airy'}
          onChange={(value) => setDense(value === 'dense')}
          data={[
            { value: 'airy', label: t('With pictures') },
            { value: 'dense', label: t('Dense') },
          ]}
        />
        <Button type="submit">{t('Save')}</Button>
      </form>
    </Modal>
  );
}
