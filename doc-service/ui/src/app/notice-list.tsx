import { Button, CloseButton } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';

import styles from './notices.module.css';
import { useSurroundings } from '../context/app-context.tsx';
import type { Notice } from '../context/notices.ts';
import { useShortcuts } from '../context/shortcuts.ts';
import { t } from '../words/words.ts';

/** What did not work stays until it is closed. */
const shownMs = 10_000;

/** What was just done, with the way back. `z` undoes the last of it. */
export function NoticeList() {
  const { notices } = useSurroundings();
  const shown = useSyncExternalStore(notices.subscribe, notices.all);
  useShortcuts({ z: () => void notices.undoLast() });
  // The region is there before its words: only then they are read out.
  return (
    <section className={styles['notices']} aria-label={t('Notices')} aria-live="polite">
      {shown.map((notice) => (
        <OneNotice key={notice.key} notice={notice} />
      ))}
    </section>
  );
}

function OneNotice({ notice: { key, text, isBad, action } }: { notice: Notice }) {
  const { notices } = useSurroundings();
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isBad || isHeld) return;
    const timer = setTimeout(() => notices.close(key), shownMs);
    return () => clearTimeout(timer);
  }, [notices, key, isBad, isHeld]);

  return (
    <div
      className={styles['notice']}
      data-bad={isBad || undefined}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{text}</span>
      {action !== null && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            notices.close(key);
            action.run();
          }}
        >
          {action.name}
        </Button>
      )}
      <CloseButton size={28} aria-label={t('Close this notice')} onClick={() => notices.close(key)} />
    </div>
  );
}
