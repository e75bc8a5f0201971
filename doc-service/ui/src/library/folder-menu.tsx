import { ActionIcon, Menu } from '@mantine/core';
import {
  IconCursorText,
  IconDots,
  IconFolderPlus,
  IconFolderSymlink,
  IconTrash,
  IconUsersGroup,
} from '@tabler/icons-react';

import treeStyles from './folder-tree.module.css';
import type { FolderTask } from './folder-dialog.tsx';
import { t } from '../words/words.ts';

/** What can be done with a folder. */
export function FolderMenu({
  path,
  name,
  mayEdit,
  onTask,
}: {
  path: string;
  name: string;
  /** Else the rights alone are shown. */
  mayEdit: boolean;
  onTask: (task: FolderTask) => void;
}) {
  return (
    <Menu position="bottom-end" shadow="md" width={220}>
      <Menu.Target>
        <ActionIcon
          className={treeStyles['more'] ?? ''}
          variant="subtle"
          color="gray"
          size={26}
          aria-label={t('Folder {name}', { name })}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconUsersGroup size={16} />}
          onClick={() => onTask({ does: 'rights', path })}
        >
          {t('Who can see this folder')}
        </Menu.Item>
        {mayEdit && <EditItems path={path} onTask={onTask} />}
      </Menu.Dropdown>
    </Menu>
  );
}

function EditItems({ path, onTask }: { path: string; onTask: (task: FolderTask) => void }) {
  return (
    <>
      <Menu.Item leftSection={<IconFolderPlus size={16} />} onClick={() => onTask({ does: 'create', path })}>
        {t('New folder in it')}
      </Menu.Item>
      <Menu.Item leftSection={<IconCursorText size={16} />} onClick={() => onTask({ does: 'rename', path })}>
        {t('Rename')}
      </Menu.Item>
      <Menu.Item leftSection={<IconFolderSymlink size={16} />} onClick={() => onTask({ does: 'move', path })}>
        {t('Move')}
      </Menu.Item>
      <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => onTask({ does: 'delete', path })}>
        {t('Delete')}
      </Menu.Item>
    </>
  );
}
