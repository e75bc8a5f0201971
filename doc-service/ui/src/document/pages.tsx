import boxStyles from './boxes.module.css';
import { Viewer } from './viewer/viewer.tsx';
import type { DocumentDetail } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import type { ListState } from '../model/location.ts';
import { t } from '../words/words.ts';

type Props = {
  document: DocumentDetail;
  list: ListState;
  /** As the address has it. */
  page: number | null;
  find: string | null;
  firstPage: number;
};

/** The viewer, and the address that names what it shows. */
export function Pages({ document, list, page, find, firstPage }: Props) {
  const { go } = useSurroundings();
  if (document.pages === null) {
    return (
      <p className={boxStyles['noPages']}>
        {document.status === 'stuck'
          ? t('There are no page pictures of this file.')
          : t('The pages appear here as soon as the file has been read.')}
      </p>
    );
  }
  const here = { view: 'document', id: document.id, list } as const;
  const kept = find === null ? {} : { find };
  return (
    <Viewer
      key={document.sha256}
      document={{ ...document, pages: document.pages }}
      page={page}
      firstPage={Math.min(firstPage, document.pages)}
      find={find ?? list.query}
      onPage={(next) => go({ ...here, ...kept, page: next }, 'replace')}
      onFind={(next) => go({ ...here, find: next, ...(page === null ? {} : { page }) }, 'replace')}
    />
  );
}
