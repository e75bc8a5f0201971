import { Alert, Autocomplete, Button, Modal, NativeSelect, Skeleton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import styles from './inbox.module.css';
import { privacyLevels, type PrivacyLevel } from '../api/suggestions.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { useFolderPaths } from '../context/values.ts';

const levelWords: Readonly<Record<PrivacyLevel, string>> = {
  none: 'No model',
  local: 'A model in the house only',
  any: 'Any model',
};
const choices = privacyLevels.map((level) => ({ value: level, label: levelWords[level] }));

/** Who may be sent the text of a folder; it holds for the folders below, too. */
export function PrivacyDialog({ onClose }: { onClose: () => void }) {
  const { suggestions } = useSurroundings();
  const queries = useQueryClient();
  const paths = useFolderPaths();
  const [folder, setFolder] = useState('');
  const list = useQuery({
    queryKey: ['suggestions', 'privacy'],
    queryFn: ({ signal }) => suggestions.privacy(signal),
  });
  const save = useMutation({
    mutationFn: ({ path, level }: { path: string; level: PrivacyLevel | null }) =>
      suggestions.setPrivacy(path, level),
    onSettled: () => queries.invalidateQueries({ queryKey: ['suggestions', 'privacy'] }),
  });
  const levelFrom = (value: string): PrivacyLevel | null =>
    privacyLevels.find((level) => level === value) ?? null;

  return (
    <Modal
      opened
      onClose={onClose}
      title="Which model may read what"
      lockScroll={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p className={styles['help']}>
        Text leaves this archive only where its folder lets it. What a folder says holds for the folders below
        it.
      </p>
      {list.error !== null && <Alert color="red">{list.error.message}</Alert>}
      {save.error !== null && <Alert color="red">It was not saved. {save.error.message}</Alert>}
      {list.data === undefined ? (
        list.error === null && <Skeleton height={120} />
      ) : (
        <>
          <p className={styles['rest']}>
            All other folders: <strong>{levelWords[list.data.rest]}</strong>. A superuser changes that in the
            settings.
          </p>
          <ul className={styles['levels']}>
            {list.data.folders.map(({ path, level }) => (
              <li key={path}>
                <NativeSelect
                  label={path}
                  value={level}
                  disabled={!list.data.mayEdit || save.isPending}
                  data={[...choices, { value: '', label: 'As the folder above' }]}
                  onChange={({ currentTarget: { value } }) => save.mutate({ path, level: levelFrom(value) })}
                />
              </li>
            ))}
          </ul>
          {list.data.mayEdit && (
            <div className={styles['add']}>
              <Autocomplete
                label="Another folder"
                placeholder="Such as Health"
                value={folder}
                data={paths}
                onChange={setFolder}
              />
              <Button
                variant="default"
                disabled={folder.trim() === '' || save.isPending}
                onClick={() => {
                  save.mutate({ path: folder.trim(), level: 'none' });
                  setFolder('');
                }}
              >
                Keep from models
              </Button>
            </div>
          )}
        </>
      )}
    </Modal>
  );
}
