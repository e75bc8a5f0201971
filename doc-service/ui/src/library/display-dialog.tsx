import { Button, Checkbox, Modal, SegmentedControl } from '@mantine/core';
import { useState } from 'react';

import styles from './bulk-bar.module.css';
import { columnNames, columnsOf, defaultColumns } from './columns.ts';
import { useLibraryWork } from './use-views.ts';
import type { LibrarySettings } from '../api/library-wire.ts';
import { useSurroundings } from '../context/app-context.tsx';

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
        'It was not saved.',
      )
    )
      onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      lockScroll={false}
      title="Columns and density"
      closeButtonProps={{ 'aria-label': 'Close' }}
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
          label="Columns beside the title"
          value={[...columns]}
          onChange={(next) => setColumns(next)}
        >
          <div className={styles['radios']}>
            {Object.entries(columnNames).map(([column, name]) => (
              <Checkbox key={column} value={column} label={name} />
            ))}
          </div>
        </Checkbox.Group>
        <SegmentedControl
          aria-label="Density"
          value={isDense ? 'dense' : 'airy'}
          onChange={(value) => setDense(value === 'dense')}
          data={[
            { value: 'airy', label: 'With pictures' },
            { value: 'dense', label: 'Dense' },
          ]}
        />
        <Button type="submit">Save</Button>
      </form>
    </Modal>
  );
}
