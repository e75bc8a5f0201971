import { Button } from '@mantine/core';
import {
  IconChevronRight,
  IconFolder,
  IconFolderOpen,
  IconFolderPlus,
  IconLock,
  IconStack2,
  IconTrash,
} from '@tabler/icons-react';
import { useState, type DragEvent, type ReactNode } from 'react';

import { FolderDialog, FolderRights } from './dialogs.ts';
import type { FolderTask } from './folder-dialog.tsx';
import { FolderMenu } from './folder-menu.tsx';
import { ancestorsOf, folderTree, isBelow, type Folder } from './folder-tree.rules.ts';
import styles from './folder-tree.module.css';
import { draggedDocuments } from './row-select.tsx';
import { movedWords, outOfFolderWords, trashedWords, type DoneWords } from './done-words.ts';
import type { BulkChange } from '../api/client.ts';
import type { Category } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { useCategories } from '../context/values.ts';
import { formatCount } from '../model/format.ts';
import { t } from '../words/words.ts';

type Props = {
  chosen: string | null;
  isTrash: boolean;
  onChoose: (chosen: { category: string | null; isTrash: boolean }) => void;
};

/**
 * The archive's folders, and the trash. The way to the chosen one is open. Documents can be dropped on each
 * of them.
 */
export function FolderTree({ chosen, isTrash, onChoose }: Props) {
  const { reader } = useSurroundings();
  const { data, isError } = useCategories();
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [task, setTask] = useState<FolderTask | null>(null);
  const folders = data === undefined ? [] : folderTree(data.items, reader.locale);
  const mayEdit = data?.mayEdit === true;
  const pathsOf = (wanted: (category: Category) => boolean) =>
    new Set((data?.items ?? []).filter(wanted).map(({ path }) => path));
  const editable = pathsOf((one) => one.mayEdit);
  const closed = pathsOf((one) => one.hasRights);
  const way = new Set(chosen === null ? [] : ancestorsOf(chosen));
  const isOpen = (folder: Folder) =>
    turned.get(folder.path) ?? (way.has(folder.path) || folder.path === chosen);

  const branch = (level: Folder[], depth: number) => (
    <ul className={styles['folders']}>
      {level.map((folder) => (
        <li key={folder.path}>
          <DropRow
            isChosen={folder.path === chosen}
            depth={depth}
            change={{ category: folder.path }}
            done={movedWords(folder.path)}
          >
            <Turn
              folder={folder}
              isOpen={isOpen(folder)}
              onTurn={() => setTurned(new Map(turned).set(folder.path, !isOpen(folder)))}
            />
            <button
              type="button"
              className={styles['choose']}
              aria-current={folder.path === chosen}
              onClick={() => onChoose({ category: folder.path, isTrash: false })}
              title={folder.path}
            >
              {folder.children.length > 0 && isOpen(folder) ? (
                <IconFolderOpen size={16} aria-hidden />
              ) : (
                <IconFolder size={16} aria-hidden />
              )}
              <span className={styles['folderName']}>{folder.name}</span>
              <span className={styles['count']}>{formatCount(folder.count, reader)}</span>
            </button>
            {closed.has(folder.path) && (
              <IconLock
                size={14}
                className={styles['closed']}
                role="img"
                aria-label={t('Some groups alone see it')}
              />
            )}
            {(editable.has(folder.path) || data?.maySetRights === true) && (
              <FolderMenu
                path={folder.path}
                name={folder.name}
                mayEdit={editable.has(folder.path)}
                onTask={setTask}
              />
            )}
          </DropRow>
          {folder.children.length > 0 && isOpen(folder) && branch(folder.children, depth + 1)}
        </li>
      ))}
    </ul>
  );

  return (
    <nav aria-label={t('Folders')}>
      <Row
        name={t('All documents')}
        icon={<IconStack2 size={16} aria-hidden />}
        isChosen={chosen === null && !isTrash}
        change={{ category: null }}
        done={outOfFolderWords}
        onChoose={() => onChoose({ category: null, isTrash: false })}
      />
      {branch(folders, 0)}
      {isError && data === undefined && (
        <p className={styles['aside']}>{t('The folders could not be loaded.')}</p>
      )}
      <Row
        name={t('Trash')}
        icon={<IconTrash size={16} aria-hidden />}
        isChosen={isTrash}
        change={{ trash: true }}
        done={trashedWords}
        onChoose={() => onChoose({ category: null, isTrash: true })}
      />
      {mayEdit && (
        <Button
          mt={8}
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<IconFolderPlus size={16} aria-hidden />}
          onClick={() => setTask({ does: 'create', path: null })}
        >
          {t('New folder')}
        </Button>
      )}
      {task?.does === 'rights' && <FolderRights path={task.path} onClose={() => setTask(null)} />}
      {task !== null && task.does !== 'rights' && (
        <FolderDialog
          task={task}
          onClose={() => setTask(null)}
          onMoved={(from, to) => {
            if (chosen !== null && isBelow(chosen, from)) {
              onChoose({ category: to === null ? null : to + chosen.slice(from.length), isTrash: false });
            }
          }}
        />
      )}
    </nav>
  );
}

function Turn({ folder, isOpen, onTurn }: { folder: Folder; isOpen: boolean; onTurn: () => void }) {
  if (folder.children.length === 0) return <span className={styles['turn']} />;
  return (
    <button
      type="button"
      className={styles['turn']}
      aria-expanded={isOpen}
      aria-label={t('Folders in {name}', { name: folder.name })}
      onClick={onTurn}
    >
      <IconChevronRight size={14} />
    </button>
  );
}

type RowProps = {
  name: string;
  icon: ReactNode;
  isChosen: boolean;
  change: BulkChange;
  done: DoneWords;
  onChoose: () => void;
};

function Row({ name, icon, isChosen, change, done, onChoose }: RowProps) {
  return (
    <DropRow isChosen={isChosen} depth={0} change={change} done={done}>
      <span className={styles['turn']} />
      <button type="button" className={styles['choose']} aria-current={isChosen} onClick={onChoose}>
        {icon}
        <span className={styles['folderName']}>{name}</span>
      </button>
    </DropRow>
  );
}

type DropProps = {
  isChosen: boolean;
  depth: number;
  change: BulkChange;
  done: DoneWords;
  children: ReactNode;
};

/** A row of the tree that takes documents out of a drag and changes them. */
function DropRow({ isChosen, depth, change, done, children }: DropProps) {
  const { edits } = useSurroundings();
  const [isOver, setOver] = useState(false);
  const over = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes(draggedDocuments)) return;
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    setOver(false);
    const ids = idsOf(event.dataTransfer.getData(draggedDocuments));
    if (ids.length === 0) return;
    event.preventDefault();
    void edits.bulk({ ids }, change, done);
  };
  return (
    <div
      className={styles['folder']}
      data-chosen={isChosen}
      data-over={isOver || undefined}
      style={{ paddingInlineStart: depth * 16 }}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {children}
    </div>
  );
}

/** A drag may come from anywhere: what is no list of ids is nothing. */
function idsOf(data: string): string[] {
  try {
    const ids: unknown = JSON.parse(data);
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}
