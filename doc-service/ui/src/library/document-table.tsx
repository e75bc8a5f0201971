import { Checkbox, Skeleton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { use } from 'react';

import type { Column } from './columns.ts';
import { Labels } from './labels.tsx';
import styles from './document-table.module.css';
import titleStyles from './document-title.module.css';
import type { ListWindow } from './list-window.ts';
import { RowSelect, SelectionContext, useRow } from './row-select.tsx';
import type { DocumentItem } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { NoPicture, PagePicture } from '../parts/page-picture.tsx';
import { Link } from '../context/link.tsx';
import { effectiveSort, placeOfItem, type ListState, type SortOrder } from '../model/location.ts';
import { FoundText } from '../parts/found-text.tsx';
import { formatCount, formatSize } from '../model/format.ts';
import { nearFound } from '../model/snippet.ts';
import { Moment } from '../parts/moment.tsx';
import { StatusMark } from '../parts/status.tsx';
import { t } from '../words/words.ts';

type Props = {
  view: ListWindow;
  list: ListState;
  columns: ReadonlySet<Column>;
  isDense: boolean;
  onSort: (sort: SortOrder) => void;
};

export function DocumentTable({ view, list, columns, isDense, onSort }: Props) {
  const { go } = useSurroundings();
  const sort = effectiveSort(list);
  const head = { sort, onSort };
  const row = useRow();
  const isSelectable = view.items.some(({ mayEdit }) => mayEdit);
  return (
    <table
      className={styles['table']}
      data-dense={isDense || undefined}
      aria-rowcount={view.isCountKnown ? view.count + 1 : -1}
    >
      <thead>
        <tr aria-rowindex={1}>
          {isSelectable && <SelectLoaded items={view.items} />}
          {!isDense && (
            <th scope="col" className={styles['thumbColumn']}>
              <span className={styles['unseen']}>{t('Preview')}</span>
            </th>
          )}
          <SortHead {...head} up="title" down="-title" name={t('Title')} />
          {columns.has('folder') && <Head name={t('Folder')} className={styles['folderColumn']} />}
          {columns.has('type') && <Head name={t('Type')} className={styles['typeColumn']} />}
          {columns.has('correspondent') && (
            <Head name={t('Correspondent')} className={styles['typeColumn']} />
          )}
          {columns.has('tags') && <Head name={t('Tags')} className={styles['typeColumn']} />}
          {columns.has('added') && (
            <SortHead
              {...head}
              up="created_at"
              down="-created_at"
              name={t('Added')}
              className={styles['dateColumn']}
            />
          )}
          {columns.has('pages') && (
            <Head name={t('Pages')} className={`${styles['number']} ${styles['pages']}`} />
          )}
          {columns.has('size') && (
            <SortHead
              {...head}
              up="size_bytes"
              down="-size_bytes"
              name={t('Size')}
              className={styles['number']}
            />
          )}
          {columns.has('status') && <Head name={t('Status')} className={styles['statusColumn']} />}
        </tr>
      </thead>
      <tbody>
        {view.lines.flatMap(({ index, gapPx, cells }) => [
          gapPx > 0 && <Gap key={`before ${index}`} heightPx={gapPx} />,
          ...cells.map(({ item, list: inside }) =>
            item === null ? (
              <tr
                key={index}
                ref={view.measure}
                data-line={index}
                data-at={index}
                aria-rowindex={index + 2}
                aria-busy
              >
                {isSelectable && <td aria-hidden />}
                {!isDense && <td aria-hidden />}
                <td>
                  <Skeleton height={isDense ? 12 : 52} radius={3} />
                </td>
              </tr>
            ) : (
              <tr
                key={item.id}
                ref={view.measure}
                data-line={index}
                aria-rowindex={index + 2}
                {...row(item, index)}
                onClick={() => go(placeOfItem(item, inside))}
              >
                {isSelectable && (
                  <td onClick={(event) => event.stopPropagation()}>
                    <RowSelect item={item} />
                  </td>
                )}
                {!isDense && (
                  <td>
                    <div className={styles['thumb']}>
                      <Thumbnail item={item} />
                    </div>
                  </td>
                )}
                <td>
                  <Link
                    className={titleStyles['title']}
                    data-opens
                    to={placeOfItem(item, inside)}
                    onClick={(event) => event.stopPropagation()}
                  >
                    {item.title}
                  </Link>
                  {(!isDense || item.snippet !== null || item.status === 'stuck') && (
                    <SecondLine item={item} />
                  )}
                  {!isDense && <Labels item={item} />}
                </td>
                <Facts item={item} columns={columns} />
              </tr>
            ),
          ),
        ])}
        {view.afterPx > 0 && <Gap heightPx={view.afterPx} />}
      </tbody>
    </table>
  );
}

/** Lines that are not drawn. */
function Gap({ heightPx }: { heightPx: number }) {
  return (
    <tr aria-hidden className={styles['gap']}>
      <td aria-hidden style={{ height: heightPx }} />
    </tr>
  );
}

function Facts({ item, columns }: { item: DocumentItem; columns: ReadonlySet<Column> }) {
  const { reader } = useSurroundings();
  return (
    <>
      {columns.has('folder') && <td className={styles['quiet']}>{item.category}</td>}
      {columns.has('type') && <td className={styles['quiet']}>{item.type}</td>}
      {columns.has('correspondent') && <td className={styles['quiet']}>{item.correspondent}</td>}
      {columns.has('tags') && <td className={styles['quiet']}>{item.tags.join(', ')}</td>}
      {columns.has('added') && (
        <td className={styles['quiet']}>
          <Moment at={item.createdAt} />
        </td>
      )}
      {columns.has('pages') && (
        <td className={`${styles['number']} ${styles['pages']}`}>
          {item.pages === null ? '–' : formatCount(item.pages, reader)}
        </td>
      )}
      {columns.has('size') && <td className={styles['number']}>{formatSize(item.sizeBytes, reader)}</td>}
      {columns.has('status') && (
        <td className={styles['quiet']}>
          <StatusMark status={item.status} />
        </td>
      )}
    </>
  );
}

function Head({ name, className }: { name: string; className: string | undefined }) {
  return (
    <th scope="col" className={className}>
      {name}
    </th>
  );
}

function SelectLoaded({ items }: { items: readonly DocumentItem[] }) {
  const selection = use(SelectionContext);
  const selectable = items.filter(({ mayEdit }) => mayEdit);
  const isAll = selectable.every(({ id }) => selection?.has(id) === true);
  return (
    <th scope="col" className={styles['selectColumn']}>
      <Checkbox
        size="sm"
        aria-label={t('Select all that are loaded')}
        checked={isAll}
        indeterminate={!isAll && selectable.some(({ id }) => selection?.has(id) === true)}
        onChange={({ currentTarget }) => selection?.turnAll(currentTarget.checked)}
      />
    </th>
  );
}

export function Thumbnail({ item, widthPx = 80 }: { item: DocumentItem; widthPx?: number }) {
  if (item.pages === null) return <NoPicture />;
  return <PagePicture id={item.id} page={1} widthPx={widthPx} alt="" fit="cover" ahead="200px" />;
}

/** What was found, or why it is stuck, or the file's own name when the title is another. */
export function SecondLine({ item }: { item: DocumentItem }) {
  const { reader } = useSurroundings();
  if (item.snippet !== null) {
    return (
      <div className={styles['snippet']}>
        {item.foundPage !== null && item.pages !== null && item.pages > 1 && (
          <span className={styles['foundPage']}>
            {t('Page {page}', { page: formatCount(item.foundPage, reader) })}
          </span>
        )}
        <FoundText snippet={nearFound(item.snippet)} />
      </div>
    );
  }
  if (item.status === 'stuck' && item.error !== null)
    return <div className={styles['reason']}>{item.error}</div>;
  if (item.filename !== item.title) return <div className={styles['filename']}>{item.filename}</div>;
  return null;
}

type HeadProps = {
  name: string;
  up: SortOrder;
  down: SortOrder;
  sort: SortOrder;
  onSort: (sort: SortOrder) => void;
  className?: string | undefined;
};

function SortHead({ name, up, down, sort, onSort, className }: HeadProps) {
  const falling = sort === down ? 'descending' : 'none';
  const direction = sort === up ? 'ascending' : falling;
  // Names are first wanted from A, dates and sizes from the top.
  const first = up === 'title' ? up : down;
  const second = first === up ? down : up;
  return (
    <th scope="col" aria-sort={direction} className={className}>
      <button
        type="button"
        className={styles['sortHead']}
        onClick={() => onSort(sort === first ? second : first)}
      >
        {name}
        {direction === 'ascending' && <IconArrowUp size={13} aria-hidden />}
        {direction === 'descending' && <IconArrowDown size={13} aria-hidden />}
      </button>
    </th>
  );
}
