import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = { isOpen: boolean; onClose: () => void; children: ReactNode };

/** The folders on a narrow page. */
export function FolderDrawer({ isOpen, onClose, children }: Props) {
  return (
    <Drawer
      opened={isOpen}
      onClose={onClose}
      title="Folders"
      size={300}
      lockScroll={false}
      closeButtonProps={{ 'aria-label': 'Close folders' }}
    >
      {children}
    </Drawer>
  );
}
