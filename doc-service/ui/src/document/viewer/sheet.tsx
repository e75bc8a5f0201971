import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';

import { Marks, TextLayer } from './text-layer.tsx';
import styles from './viewer.module.css';
import type { DocumentDetail } from '../../api/wire.ts';
import type { PageWords } from '../../api/viewing-wire.ts';
import { useSurroundings } from '../../context/app-context.tsx';
import type { Box, PageSize, Rotation } from '../../model/page-layout.ts';
import { PagePicture } from '../../parts/page-picture.tsx';
import { t } from '../../words/words.ts';

type Props = {
  document: DocumentDetail;
  page: number;
  box: Box;
  rotation: Rotation;
  find: string;
  /** Which of the page's hits the reader stands at. */
  currentMark: number | null;
  onSize: (page: number, size: PageSize) => void;
};

/** One page: its picture, what was found on it, and its words over it. */
export function Sheet({ document, page, box, rotation, find, currentMark, onSize }: Props) {
  const { data: words } = useWords(document, page, find);
  useEffect(() => {
    if (words !== undefined && words.width > 0 && words.height > 0) onSize(page, words);
  }, [words, page, onSize]);
  const isTurned = rotation % 180 !== 0;
  const width = isTurned ? box.height : box.width;
  const height = isTurned ? box.width : box.height;
  const isReady = words !== undefined && words.width > 0 && words.height > 0;
  return (
    <div
      className={styles['paper']}
      style={{
        width,
        height,
        transform: `translate(-50%, -50%) rotate(${rotation}deg)`,
      }}
    >
      <PagePicture
        id={document.id}
        page={page}
        version={document.sha256}
        widthPx={width}
        alt={t('Page {page} of {pages}', { page, pages: document.pages ?? 1 })}
        fit="fill"
        onShape={(shape) => words === undefined && onSize(page, { width: 595, height: 595 / shape })}
      />
      {isReady && <Marks words={words} current={currentMark} />}
      {isReady && <TextLayer words={words} />}
    </div>
  );
}

/** Another version of the document has other words. A page without words (yet) is a picture alone. */
export function useWords(document: DocumentDetail, page: number, find: string) {
  const { api } = useSurroundings();
  return useQuery<PageWords>({
    queryKey: ['words', document.id, document.sha256, page, find],
    queryFn: ({ signal }) => api.words(document.id, page, find, signal),
    staleTime: Infinity,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  });
}
