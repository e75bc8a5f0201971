import { Skeleton } from '@mantine/core';

import { Thumbnail } from './document-table.tsx';
import titleStyles from './document-title.module.css';
import { gridGapPx, placeIn, type ListWindow } from './list-window.ts';
import { RowSelect, useRow } from './row-select.tsx';
import own from './row-select.module.css';
import type { DocumentItem } from '../api/wire.ts';
import { Link } from '../context/link.tsx';
import { pagesWords } from '../model/format.ts';
import { placeOfItem, type ListState } from '../model/location.ts';
import { StatusMark } from '../parts/status.tsx';

/** The list as pictures of first pages. */
export function DocumentGrid({ view }: { view: ListWindow }) {
  const row = useRow();
  const gap = (key: string, heightPx: number) =>
    // The grid itself puts one more space between this and the tiles.
    heightPx > gridGapPx && (
      <li key={key} aria-hidden style={{ gridColumn: '1 / -1', height: heightPx - gridGapPx }} />
    );
  return (
    <ul className={own['grid']} style={{ gridTemplateColumns: `repeat(${view.columns}, minmax(0, 1fr))` }}>
      {view.lines.flatMap((line) => [
        gap(`before ${line.index}`, line.gapPx),
        ...line.cells.map(({ index, item, list }, at) => (
          <li
            key={item?.id ?? index}
            className={own['tile']}
            // The tiles of a line are as high as the highest: the first tells for all.
            {...(at === 0 ? { ref: view.measure, 'data-line': line.index } : {})}
            {...placeIn(view, index)}
            {...(item ? row(item, index) : { 'data-at': index, 'aria-busy': true })}
          >
            {item ? <Tile item={item} list={list} /> : <Skeleton className={own['picture']} />}
          </li>
        )),
      ])}
      {gap('after', view.afterPx)}
    </ul>
  );
}

function Tile({ item, list }: { item: DocumentItem; list: ListState }) {
  return (
    <>
      <div className={own['tileSelect']}>
        <RowSelect item={item} />
      </div>
      <div className={own['picture']}>
        <Thumbnail item={item} widthPx={200} />
      </div>
      <Link className={titleStyles['title']} data-whole data-opens to={placeOfItem(item, list)}>
        {item.title}
      </Link>
      <div className={own['tileFacts']}>
        {item.pages !== null && <span>{pagesWords(item.pages)}</span>}
        {item.type !== null && <span>{item.type}</span>}
        {item.status !== 'searchable' && <StatusMark status={item.status} />}
      </div>
    </>
  );
}
