import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';

import styles from './viewer.module.css';
import type { DocumentDetail } from '../../api/wire.ts';
import { PagePicture } from '../../parts/page-picture.tsx';
import { t } from '../../words/words.ts';

type Props = {
  document: DocumentDetail;
  count: number;
  page: number;
  onPage: (page: number) => void;
};

const rowPx = 156;
const ahead = 4;

/** Thumbnails of all pages; those in view are drawn. */
export function PageRail({ document, count, page, onPage }: Props) {
  const { ref: sizeRef, height } = useElementSize<HTMLElement>();
  const rail = useRef<HTMLElement | null>(null);
  const ref = useMergedRef(sizeRef, rail);
  const [top, setTop] = useState(0);
  useEffect(() => {
    const element = rail.current;
    if (element === null) return;
    const begin = (page - 1) * rowPx;
    if (begin < element.scrollTop) element.scrollTop = begin;
    if (begin + rowPx > element.scrollTop + element.clientHeight)
      element.scrollTop = begin + rowPx - element.clientHeight;
  }, [page, height]);

  const first = Math.max(1, Math.floor(top / rowPx) + 1 - ahead);
  const last = Math.min(count, Math.ceil((top + height) / rowPx) + ahead);
  const numbers = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  return (
    <nav
      ref={ref}
      className={styles['rail']}
      aria-label={t('Thumbnails of the pages')}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
    >
      <ol style={{ height: count * rowPx }}>
        {numbers.map((number) => (
          <li key={number} style={{ top: (number - 1) * rowPx }}>
            <button
              type="button"
              aria-label={t('Page {number}', { number })}
              aria-current={number === page ? 'page' : undefined}
              onClick={() => onPage(number)}
            >
              <span className={styles['mini']}>
                <PagePicture
                  id={document.id}
                  version={document.sha256}
                  page={number}
                  widthPx={92}
                  alt=""
                  fit="cover"
                  ahead="100px"
                />
              </span>
              {number}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
