import { Thumbnail } from './document-table.tsx';
import styles from './library.module.css';
import { RowSelect, useRow } from './row-select.tsx';
import own from './row-select.module.css';
import type { DocumentItem } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { Link } from '../context/link.tsx';
import { counted } from '../model/format.ts';
import { placeOfItem, type ListState } from '../model/location.ts';
import { StatusMark } from '../parts/status.tsx';

/** The list as pictures of first pages. */
export function DocumentGrid({ items, list }: { items: readonly DocumentItem[]; list: ListState }) {
  const { reader } = useSurroundings();
  const row = useRow();
  return (
    <ul className={own['grid']}>
      {items.map((item) => (
        <li key={item.id} className={own['tile']} {...row(item)}>
          <div className={own['tileSelect']}>
            <RowSelect item={item} />
          </div>
          <div className={own['picture']}>
            <Thumbnail item={item} widthPx={200} />
          </div>
          <Link className={styles['title']} data-whole data-opens to={placeOfItem(item, list)}>
            {item.title}
          </Link>
          <div className={own['tileFacts']}>
            {item.pages !== null && <span>{counted(item.pages, 'page', 'pages', reader)}</span>}
            {item.type !== null && <span>{item.type}</span>}
            {item.status !== 'searchable' && <StatusMark status={item.status} />}
          </div>
        </li>
      ))}
    </ul>
  );
}
