import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';

import { FindBar } from './find-bar.tsx';
import { useFind } from './find.ts';
import { PageRail } from './page-rail.tsx';
import { useScroll } from './scroll.ts';
import { Sheet, useWords } from './sheet.tsx';
import { Toolbar } from './toolbar.tsx';
import { useViewerKeys } from './viewer-keys.ts';
import styles from './viewer.module.css';
import type { DocumentDetail } from '../../api/wire.ts';
import type { HitPlace } from '../../model/hits.ts';
import { shownScale, zoomStep, type Rotation, type Zoom } from '../../model/page-layout.ts';
import { t } from '../../words/words.ts';

type Props = {
  document: DocumentDetail & { pages: number };
  /** As the address has it. */
  page: number | null;
  /** Where to begin when the address has no page. */
  firstPage: number;
  find: string;
  onPage: (page: number) => void;
  onFind: (find: string) => void;
};

const narrow = '(max-width: 860px)';

/** Reading a document: its pages one below the other, of which only those near the view are drawn. */
export function Viewer({ document, page: wantedPage, firstPage, find, onPage, onFind }: Props) {
  const count = document.pages;
  const isNarrow = useMediaQuery(narrow, window.matchMedia(narrow).matches);
  const [zoom, setZoom] = useState<Zoom>('width');
  const [rotation, setRotation] = useState<Rotation>(0);
  const [hasRail, setRail] = useState(false);
  const within = (page: number) => Math.min(Math.max(page, 1), count);
  const scroll = useScroll({ count, zoom, rotation, firstPage: within(wantedPage ?? firstPage) });
  const { page, layout, show } = scroll;
  const field = useRef<HTMLInputElement>(null);

  useAddress({ page, wantedPage, firstPage, show, onPage });
  const [hit, setHit] = useState<HitPlace | null>(null);
  const search = useFind(document, find, page, (next) => {
    setHit(next);
    show(next.page);
  });
  useMarkInView(document, find, { hit, rotation, show });

  const scale = shownScale(layout.boxes[page - 1], scroll.sizeOf(page), rotation);
  const zoomBy = (by: 1 | -1) => setZoom(zoomStep(scale, by));
  const turn = () => setRotation(turned[rotation]);
  useViewerKeys({
    onStep: search.step,
    onFind: () => field.current?.select(),
    onZoom: (by) => (by === 0 ? setZoom('width') : zoomBy(by)),
    onTurn: turn,
    onPage: (by) => show(within(page + by)),
  });

  const numbers: number[] = [];
  for (let number = scroll.drawn.first; number <= Math.min(scroll.drawn.last, count); number++)
    numbers.push(number);
  return (
    <section className={styles['viewer']} aria-label={t('Pages')}>
      <div className={styles['bars']}>
        <Toolbar
          document={document}
          page={page}
          count={count}
          zoom={zoom}
          scale={scale}
          hasRail={hasRail}
          onPage={(number) => show(within(number))}
          onZoom={setZoom}
          onZoomBy={zoomBy}
          onTurn={turn}
          {...(isNarrow || count === 1 ? {} : { onRail: () => setRail(!hasRail) })}
        />
        <FindBar ref={field} find={find} search={search} onFind={onFind} />
      </div>
      <div className={styles['body']}>
        {hasRail && !isNarrow && count > 1 && (
          <PageRail document={document} count={count} page={page} onPage={(number) => show(number)} />
        )}
        <div
          ref={scroll.ref}
          className={styles['scroller']}
          tabIndex={0}
          role="region"
          aria-label={t('Document, page {page} of {count}', { page, count })}
        >
          <ol className={styles['sheets']} style={{ height: layout.totalHeight, width: layout.totalWidth }}>
            {numbers.map((number) => {
              const box = layout.boxes[number - 1];
              if (box === undefined) return null;
              return (
                <li
                  key={number}
                  data-page={number}
                  style={{ top: box.top, width: box.width, height: box.height, marginLeft: -box.width / 2 }}
                >
                  <Sheet
                    document={document}
                    page={number}
                    box={box}
                    rotation={rotation}
                    find={find}
                    currentMark={hit?.page === number ? hit.mark : null}
                    onSize={scroll.noteSize}
                  />
                </li>
              );
            })}
          </ol>
        </div>
      </div>
    </section>
  );
}

const turned: Record<Rotation, Rotation> = { 0: 90, 90: 180, 180: 270, 270: 0 };

type Address = Pick<Props, 'firstPage' | 'onPage'> & {
  page: number;
  wantedPage: number | null;
  show: (page: number) => void;
};

/** The address names the page in view, and a page that the address asks for is shown. */
function useAddress({ page, wantedPage, firstPage, show, onPage }: Address): void {
  const told = useRef(wantedPage);
  const latest = useRef({ show, onPage });
  useEffect(() => void (latest.current = { show, onPage }));
  useEffect(() => {
    if (page === (told.current ?? firstPage)) return;
    told.current = page;
    latest.current.onPage(page);
  }, [page, firstPage]);
  useEffect(() => {
    if (wantedPage === null || wantedPage === told.current) return;
    told.current = wantedPage;
    latest.current.show(wantedPage);
  }, [wantedPage]);
}

type Marking = {
  hit: HitPlace | null;
  rotation: Rotation;
  show: (page: number, share?: number) => void;
};

/** As soon as it is known where on its page the hit stands, that place comes into view. */
function useMarkInView(document: DocumentDetail, find: string, { hit, rotation, show }: Marking): void {
  const { data: words, isPlaceholderData } = useWords(document, hit?.page ?? 1, hit === null ? '' : find);
  const shown = useRef<HitPlace | null>(null);
  useEffect(() => {
    if (hit === null || hit === shown.current || words === undefined || isPlaceholderData) return;
    const mark = words.marks[Math.min(hit.mark, words.marks.length - 1)];
    shown.current = hit;
    // On a turned page the beginning of the page is near enough.
    if (mark === undefined || rotation !== 0) return;
    show(hit.page, Math.max(0.001, mark.y / words.height));
  }, [hit, words, isPlaceholderData, rotation, show]);
}
