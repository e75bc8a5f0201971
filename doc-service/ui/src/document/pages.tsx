import { ActionIcon } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import { useEffect, useState } from 'react';

import styles from './document.module.css';
import { pageElementId, showPage } from './show-page.ts';
import type { DocumentDetail } from '../api/wire.ts';
import { PagePicture } from '../parts/page-picture.tsx';

const zooms = [0.5, 0.75, 1, 1.5, 2];

/** All pages, one below the other; only those near the view are loaded. @param firstPage shown as soon as the pages have their size */
export function Pages({ document, firstPage }: { document: DocumentDetail; firstPage: number | null }) {
  const { ref, width } = useElementSize();
  const isLaidOut = width > 0;
  useEffect(() => {
    if (isLaidOut && firstPage !== null) showPage(firstPage);
  }, [isLaidOut, firstPage]);
  const [zoom, setZoom] = useState(1);
  const step = (by: number) => setZoom(zooms[zooms.indexOf(zoom) + by] ?? zoom);
  if (document.pages === null) {
    return (
      <p className={styles['noPages']}>
        {document.status === 'stuck'
          ? 'There are no page pictures of this file.'
          : 'The pages appear here as soon as the file has been read.'}
      </p>
    );
  }
  const pageWidth = Math.min(width, 820) * zoom;
  return (
    <section className={styles['pageArea']} aria-label="Pages" tabIndex={0}>
      <div className={styles['zoom']} role="group" aria-label="Zoom">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Smaller"
          disabled={zoom === zooms[0]}
          onClick={() => step(-1)}
        >
          <IconMinus size={16} />
        </ActionIcon>
        <span role="status">{Math.round(zoom * 100)} %</span>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Larger"
          disabled={zoom === zooms.at(-1)}
          onClick={() => step(1)}
        >
          <IconPlus size={16} />
        </ActionIcon>
      </div>
      <div ref={ref} className={styles['measure']} />
      {pageWidth > 0 && (
        <ol className={styles['sheets']}>
          {Array.from({ length: document.pages }, (_, index) => (
            <li key={index} id={pageElementId(index + 1)} style={{ width: pageWidth }}>
              <PagePicture
                id={document.id}
                page={index + 1}
                widthPx={pageWidth}
                alt={`Page ${index + 1} of ${document.pages ?? 1}`}
              />
              <span className={styles['pageNumber']} aria-hidden>
                {index + 1}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
