import { Button, FileButton, Modal } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { IconUpload } from '@tabler/icons-react';

import { acceptedFiles } from './accepted-files.ts';
import styles from './upload.module.css';
import { useSurroundings } from '../context/app-context.tsx';

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
      title="Upload documents"
      lockScroll={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p className={styles['help']}>Choose PDFs, or drop files and folders anywhere on this page.</p>
      <FileButton multiple accept={acceptedFiles} onChange={add}>
        {(props) => (
          <Button {...props} fullWidth data-autofocus leftSection={<IconUpload size={16} aria-hidden />}>
            Choose files
          </Button>
        )}
      </FileButton>
    </Modal>
  );
}
