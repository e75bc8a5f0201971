import { Drawer } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { t } from '../words/words.ts';

type Props = { isOpen: boolean; onClose: () => void; children: ReactNode };

/** The folders on a narrow page. */
export function FolderDrawer({ isOpen, onClose, children }: Props) {
  // It remembers what had the focus as it opens, not as it is first drawn.
  const [isDrawn, setDrawn] = useState(false);
  useEffect(() => setDrawn(true), []);
  return (
    <Drawer
      opened={isDrawn && isOpen}
      onClose={onClose}
      title={t('Folders')}
      size={300}
      lockScroll={false}
      closeButtonProps={{ 'aria-label': t('Close folders') }}
    >
      {children}
    </Drawer>
  );
}
