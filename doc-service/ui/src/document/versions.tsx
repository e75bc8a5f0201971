import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';

import { Compare } from './compare.tsx';
import boxStyles from './boxes.module.css';
import { saveFile } from '../parts/save-file.ts';
import type { DocumentDetail } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { formatSize, pagesWords } from '../model/format.ts';
import { Moment } from '../parts/moment.tsx';
import { t } from '../words/words.ts';

/** Every version that the file had, the newest first; nothing where there was only one. */
export function Versions({ document }: { document: DocumentDetail }) {
  const { api, reader } = useSurroundings();
  const download = useMutation({
    mutationFn: async (number: number) =>
      saveFile(await api.download(document.id, number), versionName(document.filename, number)),
  });
  const [compared, setCompared] = useState<number | null>(null);
  if (document.versions.length < 2) return null;
  const newestFirst = [...document.versions].sort((one, other) => other.number - one.number);
  const newest = newestFirst[0];
  return (
    <section className={boxStyles['box']} aria-label={t('Versions')}>
      <h2>{t('{count, plural, one {1 version} other {# versions}}', { count: newestFirst.length })}</h2>
      <ol className={boxStyles['rows']} reversed>
        {newestFirst.map(({ number, createdAt, sizeBytes, pages }, index) => (
          <li key={number}>
            <span>
              {index === 0 ? t('Now') : t('Version {number}', { number })}
              <small>
                <Moment at={createdAt} />, {formatSize(sizeBytes, reader)}
                {pages !== null && `, ${pagesWords(pages)}`}
              </small>
            </span>
            {index > 0 && newest !== undefined && (
              <Button
                size="compact-sm"
                variant="subtle"
                aria-label={t('Compare version {number} with the present one', { number })}
                onClick={() => setCompared(number)}
              >
                {t('Compare')}
              </Button>
            )}
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              aria-label={t('Download version {number}', { number })}
              loading={download.isPending && download.variables === number}
              onClick={() => download.mutate(number)}
            >
              <IconDownload size={16} aria-hidden />
            </Button>
          </li>
        ))}
      </ol>
      {compared !== null && newest !== undefined && (
        <Compare
          document={document}
          before={compared}
          after={newest.number}
          onClose={() => setCompared(null)}
        />
      )}
      {download.error !== null && (
        <p className={boxStyles['bad']} role="alert">
          {t('The download did not work. {message}', { message: download.error.message })}
        </p>
      )}
    </section>
  );
}

/** `bill.pdf` → `bill (version 2).pdf`. */
function versionName(filename: string, number: number): string {
  const dot = filename.lastIndexOf('.');
  const end = dot > 0 ? filename.slice(dot) : '';
  const name = dot > 0 ? filename.slice(0, dot) : filename;
  return `${t('{name} (version {number})', { name, number })}${end}`;
}
