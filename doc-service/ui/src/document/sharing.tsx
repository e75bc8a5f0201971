import { IconUsersGroup } from '@tabler/icons-react';

import styles from './beside.module.css';
import { useBeside } from './use-beside.ts';
import type { Sharing as SharedWith } from '../api/library-wire.ts';
import type { DocumentDetail } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { useCategories } from '../context/values.ts';
import { GroupField } from '../parts/group-field.tsx';
import { t } from '../words/words.ts';

/** Groups that this document is shared with, beside those that see its folder. */
export function Sharing({ document }: { document: DocumentDetail }) {
  const { api } = useSurroundings();
  const save = useBeside(document.id);
  const groups = useCategories().data?.groups ?? [];
  const { mayShare, sharedWith } = document;
  if (!mayShare && sharedWith.read.length + sharedWith.edit.length === 0) return null;
  const share = (change: Partial<SharedWith>) =>
    void save(() => api.share(document.id, { ...sharedWith, ...change }), t('It was not shared.'));
  return (
    <section className={styles['section']} aria-label={t('Shared with')}>
      <h2>
        <IconUsersGroup size={16} aria-hidden /> {t('Shared with')}
      </h2>
      {mayShare ? (
        <>
          <GroupField
            label={t('Groups that may read it')}
            groups={sharedWith.read}
            suggestions={groups}
            onGroups={(read) => share({ read })}
          />
          <GroupField
            label={t('Groups that may read and change it')}
            groups={sharedWith.edit}
            suggestions={groups}
            onGroups={(edit) => share({ edit })}
          />
        </>
      ) : (
        <p className={styles['quiet']}>{[...sharedWith.read, ...sharedWith.edit].join(', ')}</p>
      )}
    </section>
  );
}
