import { Alert, Autocomplete, Button, NativeSelect, Skeleton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import styles from './inbox.module.css';
import { privacyLevels, type PrivacyLevel } from '../api/suggestions.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { useFolderPaths } from '../context/values.ts';
import { Words } from '../words/with-parts.tsx';
import { msg, t, type Message } from '../words/words.ts';
import { Modal } from '../parts/modal.tsx';

const levelWords: Readonly<Record<PrivacyLevel, Message>> = {
  none: msg('No model'),
  local: msg('A model in the house only'),
  any: msg('Any model'),
};

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
  const choices = privacyLevels.map((level) => ({ value: level, label: t(levelWords[level]) }));
  const levelFrom = (value: string): PrivacyLevel | null =>
    privacyLevels.find((level) => level === value) ?? null;

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('Which model may read what')}
      lockScroll={false}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <p className={styles['help']}>
        {t(
          'Text leaves this archive only where its folder lets it. What a folder says holds ' +
            'for the folders below it.',
        )}
      </p>
      {list.error !== null && <Alert color="red">{list.error.message}</Alert>}
      {save.error !== null && (
        <Alert color="red">{t('It was not saved. {message}', { message: save.error.message })}</Alert>
      )}
      {list.data === undefined ? (
        list.error === null && <Skeleton height={120} />
      ) : (
        <>
          <p className={styles['rest']}>
            <Words
              text={msg('All other folders: <level/>. A superuser changes that in the settings.')}
              parts={{ level: <strong>{t(levelWords[list.data.rest])}</strong> }}
            />
          </p>
          <ul className={styles['levels']}>
            {list.data.folders.map(({ path, level }) => (
              <li key={path}>
                <NativeSelect
                  label={path}
                  value={level}
                  disabled={!list.data.mayEdit || save.isPending}
                  data={[...choices, { value: '', label: t('As the folder above') }]}
                  onChange={({ currentTarget: { value } }) => save.mutate({ path, level: levelFrom(value) })}
                />
              </li>
            ))}
          </ul>
          {list.data.mayEdit && (
            <div className={styles['add']}>
              <Autocomplete
                label={t('Another folder')}
                placeholder={t('Such as Health')}
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
                {t('Keep from models')}
              </Button>
            </div>
          )}
        </>
      )}
    </Modal>
  );
}
