import { Button, FileButton } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { IconUpload } from '@tabler/icons-react';

import { acceptedFiles } from './accepted-files.ts';
import styles from './upload.module.css';
import { useSurroundings } from '../context/app-context.tsx';
import { t } from '../words/words.ts';
import { Modal } from '../parts/modal.tsx';

/**
 * For a press in the head of the shell. The browser opens its window for files only after a press inside of
 * this page, so the press in the shell opens this dialog.
 */
export function UploadDialog({ onClose }: { onClose: () => void }) {
  const { uploads } = useSurroundings();
  useWindowEvent('drop', onClose);
  const add = (files: File[]) => {
    uploads.add(files);
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('Upload documents')}
      lockScroll={false}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <p className={styles['help']}>{t('Choose PDFs, or drop files and folders anywhere on this page.')}</p>
      <FileButton multiple accept={acceptedFiles} onChange={add}>
        {(props) => (
          <Button {...props} fullWidth data-autofocus leftSection={<IconUpload size={16} aria-hidden />}>
            {t('Choose files')}
          </Button>
        )}
      </FileButton>
    </Modal>
  );
}
