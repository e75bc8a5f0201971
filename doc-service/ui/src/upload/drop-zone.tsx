import { IconFileUpload } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';

import { droppedFiles } from './dropped-files.ts';
import styles from './upload.module.css';
import { useSurroundings } from '../context/app-context.tsx';
import { t } from '../words/words.ts';

/** The whole page takes files. */
export function DropZone({ children }: { children: ReactNode }) {
  const { uploads } = useSurroundings();
  const [over, setOver] = useState(false);

  useEffect(() => {
    const brings = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const drag = (event: DragEvent) => {
      if (!brings(event)) return;
      event.preventDefault();
      setOver(true);
    };
    // Leaving for another element is not leaving the page.
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      if (!brings(event) || event.dataTransfer === null) return;
      event.preventDefault();
      setOver(false);
      void droppedFiles(event.dataTransfer).then((files) => uploads.add(files));
    };
    window.addEventListener('dragenter', drag);
    window.addEventListener('dragover', drag);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragenter', drag);
      window.removeEventListener('dragover', drag);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [uploads]);

  return (
    <>
      {children}
      {over && (
        <div className={styles['over']} aria-hidden>
          <div className={styles['target']}>
            <IconFileUpload size={40} stroke={1.5} />
            <strong>{t('Drop PDFs to add them')}</strong>
            <span>{t('Folders are fine too')}</span>
          </div>
        </div>
      )}
    </>
  );
}
