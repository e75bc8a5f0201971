import { Skeleton } from '@mantine/core';

import { SecondLine, Thumbnail } from './document-table.tsx';
import { Labels } from './labels.tsx';
import styles from './document-cards.module.css';
import titleStyles from './document-title.module.css';
import { placeIn, type ListWindow } from './list-window.ts';
import { RowSelect, useRow } from './row-select.tsx';
import type { DocumentItem } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { Link } from '../context/link.tsx';
import { placeOfItem, type ListState } from '../model/location.ts';
import { formatSize, pagesWords } from '../model/format.ts';
import { Moment } from '../parts/moment.tsx';
import { StatusMark } from '../parts/status.tsx';

/** The list on a phone. */
export function DocumentCards({ view }: { view: ListWindow }) {
  const row = useRow();
  return (
    <ul className={styles['cards']}>
      {view.lines.flatMap(({ index, gapPx, cells }) => [
        gapPx > 0 && <li key={`before ${index}`} aria-hidden style={{ height: gapPx }} />,
        ...cells.map((cell) => (
          <li
            key={cell.item?.id ?? index}
            ref={view.measure}
            data-line={index}
            className={styles['card']}
            {...placeIn(view, index)}
            {...(cell.item ? row(cell.item, index) : { 'data-at': index, 'aria-busy': true })}
          >
            {cell.item ? <Card item={cell.item} list={cell.list} /> : <Skeleton height={74} radius={3} />}
          </li>
        )),
      ])}
      {view.afterPx > 0 && <li aria-hidden style={{ height: view.afterPx }} />}
    </ul>
  );
}

function Card({ item, list }: { item: DocumentItem; list: ListState }) {
  const { reader } = useSurroundings();
  return (
    <>
      <div className={styles['cardThumb']}>
        <Thumbnail item={item} />
      </div>
      <div className={styles['cardBody']}>
        <Link className={titleStyles['title']} data-whole data-opens to={placeOfItem(item, list)}>
          {item.title}
        </Link>
        <SecondLine item={item} />
        <Labels item={item} />
        <div className={styles['facts']}>
          {item.category !== null && <span>{item.category}</span>}
          <Moment at={item.createdAt} />
          {item.pages !== null && <span>{pagesWords(item.pages)}</span>}
          <span>{formatSize(item.sizeBytes, reader)}</span>
          {item.status !== 'searchable' && <StatusMark status={item.status} />}
        </div>
      </div>
      <div className={styles['cardSelect']}>
        <RowSelect item={item} />
      </div>
    </>
  );
}
