import { IconChevronRight, IconFolder, IconFolderOpen, IconStack2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { ancestorsOf, folderTree, type Folder } from './folder-tree.rules.ts';
import styles from './library.module.css';
import { useSurroundings } from '../context/app-context.tsx';
import { formatCount } from '../model/format.ts';

type Props = { chosen: string | null; onChoose: (category: string | null) => void };

/** The archive's folders. The way to the chosen one is open. */
export function FolderTree({ chosen, onChoose }: Props) {
  const { api, reader } = useSurroundings();
  const { data, isError } = useQuery({ queryKey: ['categories'], queryFn: ({ signal }) => api.categories(signal), refetchInterval: 30_000 });
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map());
  const folders = data === undefined ? [] : folderTree(data, reader.locale);
  const way = new Set(chosen === null ? [] : ancestorsOf(chosen));
  const isOpen = (folder: Folder) => turned.get(folder.path) ?? (way.has(folder.path) || folder.path === chosen);

  const branch = (level: Folder[], depth: number) => (
    <ul className={styles['folders']}>
      {level.map((folder) => (
        <li key={folder.path}>
          <div className={styles['folder']} data-chosen={folder.path === chosen} style={{ paddingInlineStart: depth * 16 }}>
            {folder.children.length > 0 ? (
              <button
                type="button"
                className={styles['turn']}
                aria-expanded={isOpen(folder)}
                aria-label={`Folders in ${folder.name}`}
                onClick={() => setTurned(new Map(turned).set(folder.path, !isOpen(folder)))}
              >
                <IconChevronRight size={14} />
              </button>
            ) : (
              <span className={styles['turn']} />
            )}
            <button type="button" className={styles['choose']} aria-current={folder.path === chosen} onClick={() => onChoose(folder.path)} title={folder.path}>
              {folder.children.length > 0 && isOpen(folder) ? <IconFolderOpen size={16} aria-hidden /> : <IconFolder size={16} aria-hidden />}
              <span className={styles['folderName']}>{folder.name}</span>
              <span className={styles['count']}>{formatCount(folder.count, reader)}</span>
            </button>
          </div>
          {folder.children.length > 0 && isOpen(folder) && branch(folder.children, depth + 1)}
        </li>
      ))}
    </ul>
  );

  return (
    <nav aria-label="Folders">
      <div className={styles['folder']} data-chosen={chosen === null}>
        <span className={styles['turn']} />
        <button type="button" className={styles['choose']} aria-current={chosen === null} onClick={() => onChoose(null)}>
          <IconStack2 size={16} aria-hidden />
          <span className={styles['folderName']}>All documents</span>
        </button>
      </div>
      {branch(folders, 0)}
      {isError && data === undefined && <p className={styles['aside']}>The folders could not be loaded.</p>}
    </nav>
  );
}
