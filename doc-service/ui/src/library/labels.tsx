import styles from './filter-bar.module.css';
import type { DocumentItem } from '../api/wire.ts';

const mostShown = 6;

/** Type, correspondent and tags of a document, in one line of the list. */
export function Labels({ item: { type, correspondent, tags } }: { item: DocumentItem }) {
  if (type === null && correspondent === null && tags.length === 0) return null;
  return (
    <div className={styles['labels']}>
      {type !== null && <span data-type>{type}</span>}
      {correspondent !== null && <span>{correspondent}</span>}
      {tags.slice(0, mostShown).map((tag) => (
        <span key={tag}>{tag}</span>
      ))}
      {tags.length > mostShown && (
        <span title={tags.slice(mostShown).join(', ')}>+{tags.length - mostShown}</span>
      )}
    </div>
  );
}
