import { Button, FileButton } from '@mantine/core';
import { IconActivity, IconFiles, IconInbox, IconUpload } from '@tabler/icons-react';

import styles from './page.module.css';
import { useSurroundings } from '../context/app-context.tsx';
import { useArchiveStatus } from '../context/archive-status.ts';
import { Link } from '../context/link.tsx';
import { wholeLibrary, type Place } from '../model/location.ts';
import { formatCount } from '../model/format.ts';
import { acceptedFiles } from '../upload/accepted-files.ts';
import { t } from '../words/words.ts';

/** A document is not the tab's own page, and belongs to it. */
function currentInLibrary({ view }: Place): { 'aria-current'?: 'page' | true } {
  if (view === 'library') return { 'aria-current': 'page' };
  return view === 'document' ? { 'aria-current': true } : {};
}

/** The two pages, how many files are on their way, and the way in for new ones. */
export function TopBar({ place }: { place: Place }) {
  const { uploads } = useSurroundings();
  const inActivity = place.view === 'activity';
  return (
    <header className={styles['bar']}>
      <nav className={styles['tabs']} aria-label={t('Documents')}>
        <Link
          className={styles['tab']}
          to={{ view: 'library', list: wholeLibrary }}
          {...currentInLibrary(place)}
        >
          <IconFiles size={18} aria-hidden /> {t('Library')}
        </Link>
        <Link
          className={styles['tab']}
          to={{ view: 'inbox' }}
          {...(place.view === 'inbox' ? { 'aria-current': 'page' } : {})}
        >
          <IconInbox size={18} aria-hidden /> {t('Inbox')}
        </Link>
        <Link
          className={styles['tab']}
          to={{ view: 'activity' }}
          {...(inActivity ? { 'aria-current': 'page' } : {})}
        >
          <IconActivity size={18} aria-hidden /> {t('Activity')} <News />
        </Link>
      </nav>
      <div className={styles['spring']} />
      <FileButton multiple accept={acceptedFiles} onChange={(files) => uploads.add(files)}>
        {(props) => (
          <Button
            {...props}
            className={styles['upload'] ?? ''}
            leftSection={<IconUpload size={16} aria-hidden />}
          >
            {t('Upload')}
          </Button>
        )}
      </FileButton>
    </header>
  );
}

function News() {
  const { reader } = useSurroundings();
  const { data } = useArchiveStatus();
  if (data === undefined) return null;
  const { seen, kept, read, stuck } = data.counts;
  if (stuck > 0) {
    return (
      <span
        className={styles['news']}
        data-stuck
        title={t('{count, plural, one {1 document is stuck} other {# documents are stuck}}', {
          count: stuck,
        })}
      >
        {formatCount(stuck, reader)}
      </span>
    );
  }
  const moving = seen + kept + read;
  if (moving === 0) return null;
  return (
    <span
      className={styles['news']}
      title={t('{count, plural, one {1 document is on its way} other {# documents are on their way}}', {
        count: moving,
      })}
    >
      {formatCount(moving, reader)}
    </span>
  );
}
