import { CopyButton, UnstyledButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

import boxStyles from './boxes.module.css';
import styles from './document-facts.module.css';
import type { DocumentDetail } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { Link } from '../context/link.tsx';
import { wholeLibrary } from '../model/location.ts';
import { formatCount, formatSize } from '../model/format.ts';
import { Moment } from '../parts/moment.tsx';
import { StatusMark } from '../parts/status.tsx';
import { t } from '../words/words.ts';

export function DocumentFacts({ document }: { document: DocumentDetail }) {
  const { reader } = useSurroundings();
  return (
    <dl className={boxStyles['facts']}>
      <dt>{t('Status')}</dt>
      <dd>
        <StatusMark status={document.status} />
      </dd>
      {document.category !== null && !document.mayEdit && (
        <>
          <dt>{t('Folder')}</dt>
          <dd>
            <Link to={{ view: 'library', list: { ...wholeLibrary, category: document.category } }}>
              {document.category}
            </Link>
          </dd>
        </>
      )}
      <dt>{t('File name')}</dt>
      <dd>{document.filename}</dd>
      <dt>{t('Added')}</dt>
      <dd>
        <Moment at={document.createdAt} />
      </dd>
      {document.pages !== null && (
        <>
          <dt>{t('Pages')}</dt>
          <dd>{formatCount(document.pages, reader)}</dd>
        </>
      )}
      <dt>{t('Size')}</dt>
      <dd>{formatSize(document.sizeBytes, reader)}</dd>
      {document.sha256 !== null && (
        <>
          <dt>SHA-256</dt>
          <dd>
            <Digest sha256={document.sha256} />
          </dd>
        </>
      )}
      {document.places.length > 0 && (
        <>
          <dt>{document.places.length === 1 ? t('Place') : t('Places')}</dt>
          <dd>
            <ul className={styles['places']}>
              {document.places.map((place) => (
                <li key={place.path}>
                  {place.path}
                  {place.isMissing && <small> {t('(no longer there)')}</small>}
                </li>
              ))}
            </ul>
          </dd>
        </>
      )}
    </dl>
  );
}

function Digest({ sha256 }: { sha256: string }) {
  return (
    <CopyButton value={sha256}>
      {({ copied, copy }) => (
        <UnstyledButton
          className={styles['digest']}
          onClick={copy}
          title={sha256}
          aria-label={
            copied ? t('SHA-256 copied') : t('Copy the SHA-256, {start}…', { start: sha256.slice(0, 12) })
          }
        >
          <code>{sha256.slice(0, 12)}…</code>
          {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
        </UnstyledButton>
      )}
    </CopyButton>
  );
}
