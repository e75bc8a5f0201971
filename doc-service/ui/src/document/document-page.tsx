import { ActionIcon, Alert, Button, Skeleton } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconAlertCircle, IconArrowLeft, IconChevronLeft, IconChevronRight, IconDownload, IconMinus, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { DocumentFacts } from './document-facts.tsx';
import styles from './document.module.css';
import { FoundHere, pageElementId, showPage } from './found-here.tsx';
import { useNeighbours, type Neighbour } from './neighbours.ts';
import { PagePicture } from '../parts/page-picture.tsx';
import { useRetryDocument } from '../context/retry.ts';
import { Failure } from '../api/failure.ts';
import type { DocumentDetail, DocumentItem } from '../api/wire.ts';
import { useKeys, useSurroundings, useTitle } from '../context/app-context.tsx';
import { Link } from '../context/link.tsx';
import type { ListState } from '../model/location.ts';
import { Answer } from '../parts/answer.tsx';

type Props = { id: string; list: ListState };

const zooms = [0.5, 0.75, 1, 1.5, 2];

const keys = [
  { keys: 'J →', does: 'Next document' },
  { keys: 'K ←', does: 'Previous document' },
  { keys: 'Esc', does: 'Back to the list' },
];

export function DocumentPage({ id, list }: Props) {
  const { api, go } = useSurroundings();
  const document = useQuery({
    queryKey: ['documents', 'one', id],
    queryFn: ({ signal }) => api.document(id, signal),
    refetchInterval: ({ state }) => (state.data !== undefined && state.data.status !== 'searchable' && state.data.status !== 'stuck' ? 1500 : false),
  });
  const { previous, next, inList } = useNeighbours(id, list);
  useTitle(document.data?.title ?? 'Document');
  useKeys(keys);

  useEffect(() => {
    const step = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || (event.target instanceof HTMLElement && /^(input|textarea|select)$/i.test(event.target.tagName)))
        return;
      const to = event.key === 'j' || event.key === 'ArrowRight' ? next : event.key === 'k' || event.key === 'ArrowLeft' ? previous : null;
      if (to !== null) go({ view: 'document', ...to });
      if (event.key === 'Escape') go({ view: 'library', list });
    };
    window.addEventListener('keydown', step);
    return () => window.removeEventListener('keydown', step);
  }, [previous, next, list, go]);

  return (
    <main className={styles['document']}>
      <div className={styles['bar']}>
        <Link className={styles['back']} to={{ view: 'library', list }}>
          <IconArrowLeft size={16} aria-hidden /> {list.query === '' ? (list.category ?? 'Library') : 'Search results'}
        </Link>
        <div className={styles['spring']} />
        <Step to={previous} name="Previous document" icon={<IconChevronLeft size={18} />} />
        <Step to={next} name="Next document" icon={<IconChevronRight size={18} />} />
      </div>
      <Answer query={document} what="this document" skeleton={<DocumentSkeleton />}>
        {(shown) => <Shown document={shown} query={list.query} found={inList} />}
      </Answer>
    </main>
  );
}

function Shown({ document, query, found }: { document: DocumentDetail; query: string; found: DocumentItem | null }) {
  const { api } = useSurroundings();
  const download = useMutation({ mutationFn: async () => save(await api.download(document.id), document.filename) });
  return (
    <div className={styles['columns']}>
      <Pages document={document} foundPage={query === '' ? null : (found?.foundPage ?? null)} />
      <div className={styles['about']}>
        <h1 className={styles['title']}>{document.title}</h1>
        <Button
          leftSection={<IconDownload size={16} aria-hidden />}
          variant="default"
          loading={download.isPending}
          disabled={document.sha256 === null}
          onClick={() => download.mutate()}
        >
          Download
        </Button>
        {download.error !== null && (
          <p className={styles['bad']} role="alert">
            {download.error instanceof Failure ? `The download did not work. ${download.error.message}` : 'The download did not work.'}
          </p>
        )}
        {document.status === 'stuck' && <Stuck document={document} />}
        {query !== '' && <FoundHere query={query} found={found} />}
        <DocumentFacts document={document} />
      </div>
    </div>
  );
}

function Stuck({ document }: { document: DocumentDetail }) {
  const retry = useRetryDocument();
  return (
    <Alert color="red" variant="light" icon={<IconAlertCircle />} title="This document is stuck" classNames={{ title: styles['alertTitle'] ?? '' }}>
      <p className={styles['reason']}>{document.error ?? 'It could not be read.'}</p>
      <p className={styles['reason']}>The file is where it was, and safe.</p>
      <Button size="compact-sm" variant="default" loading={retry.isPending} onClick={() => retry.mutate(document.id)}>
        Retry
      </Button>
      {retry.error !== null && <p role="alert">{retry.error.message}</p>}
    </Alert>
  );
}

/** All pages, one below the other; only those near the view are loaded. */
function Pages({ document, foundPage }: { document: DocumentDetail; foundPage: number | null }) {
  const { ref, width } = useElementSize();
  const isLaidOut = width > 0;
  // Once the pages have their size: the page on which it was found is what is wanted.
  useEffect(() => {
    if (isLaidOut && foundPage !== null) showPage(foundPage);
  }, [isLaidOut, foundPage]);
  const [zoom, setZoom] = useState(1);
  const step = (by: number) => setZoom(zooms[zooms.indexOf(zoom) + by] ?? zoom);
  if (document.pages === null) {
    return (
      <div className={styles['pages']}>
        <p className={styles['noPages']}>
          {document.status === 'stuck' ? 'There are no page pictures of this file.' : 'The pages appear here as soon as the file has been read.'}
        </p>
      </div>
    );
  }
  const pageWidth = Math.min(width, 820) * zoom;
  return (
    <section className={styles['pages']} aria-label="Pages" tabIndex={0}>
      <div className={styles['zoom']} role="group" aria-label="Zoom">
        <ActionIcon variant="subtle" color="gray" aria-label="Smaller" disabled={zoom === zooms[0]} onClick={() => step(-1)}>
          <IconMinus size={16} />
        </ActionIcon>
        <span role="status">{Math.round(zoom * 100)} %</span>
        <ActionIcon variant="subtle" color="gray" aria-label="Larger" disabled={zoom === zooms.at(-1)} onClick={() => step(1)}>
          <IconPlus size={16} />
        </ActionIcon>
      </div>
      <div ref={ref} className={styles['measure']} />
      {pageWidth > 0 && (
        <ol className={styles['sheets']}>
          {Array.from({ length: document.pages }, (_, index) => (
            <li key={index} id={pageElementId(index + 1)} style={{ width: pageWidth }}>
              <PagePicture id={document.id} page={index + 1} widthPx={pageWidth} alt={`Page ${index + 1} of ${document.pages ?? 1}`} />
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

function Step({ to, name, icon }: { to: Neighbour; name: string; icon: React.ReactNode }) {
  const { go } = useSurroundings();
  return (
    <ActionIcon variant="default" size={32} aria-label={name} disabled={to === null} onClick={() => to !== null && go({ view: 'document', ...to })}>
      {icon}
    </ActionIcon>
  );
}

function DocumentSkeleton() {
  return (
    <div className={styles['columns']}>
      <div className={styles['pages']}>
        <Skeleton height={720} maw={820} mx="auto" radius={3} />
      </div>
      <div className={styles['about']}>
        <Skeleton height={24} width="80%" />
        <Skeleton height={36} width={130} mt={8} />
        <Skeleton height={180} mt={16} />
      </div>
    </div>
  );
}

/** The frame may not navigate to the API, so the bytes are fetched and handed to the browser under the file's own name. */
function save(bytes: Blob, filename: string): void {
  const url = URL.createObjectURL(bytes);
  const link = window.document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
  // The browser has taken hold of the blob by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
