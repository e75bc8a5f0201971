import { Alert, Button, Group, NativeSelect, Progress, Skeleton } from '@mantine/core';
import { IconAlertCircle, IconFileSearch, IconPackageImport } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import styles from './import.module.css';
import type { ImportJob, ImportReport, Imports } from '../api/import-wire.ts';
import { useSurroundings, useTitle } from '../context/app-context.tsx';
import { formatCount } from '../model/format.ts';
import { Answer } from '../parts/answer.tsx';
import { Words } from '../words/with-parts.tsx';
import { msg, t } from '../words/words.ts';

const whileRunningMs = 1000;
const introduction = msg(
  'An export of Paperless-ngx becomes part of this archive: documents with their titles, tags, types, ' +
    'correspondents, dates, notes and fields. Nothing in the export is changed. What people ' +
    'said here stays. ' +
    'Run again, it takes only what came since.',
);

/** Takes an archive of Paperless-ngx over: first a dry run with its report, then the real one. */
export function ImportPage() {
  const { api } = useSurroundings();
  useTitle(t('Import'));
  const imports = useQuery({
    queryKey: ['imports'],
    queryFn: ({ signal }) => api.imports(signal),
    refetchInterval: ({ state }) => (state.data?.job?.state === 'running' ? whileRunningMs : false),
  });
  return (
    <main className={styles['page']}>
      <h1>{t('Import from Paperless-ngx')}</h1>
      <p>{t(introduction)}</p>
      <Answer query={imports} what={t('the imports')} skeleton={<Skeleton height={160} />}>
        {(data) => <Choice imports={data} />}
      </Answer>
    </main>
  );
}

function Choice({ imports: { folder, exports, job } }: { imports: Imports }) {
  const { api } = useSurroundings();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState('');
  const name = exports.includes(chosen) ? chosen : (exports[0] ?? '');
  const start = useMutation({
    mutationFn: (isDryRun: boolean) => api.startImport(name, isDryRun),
    onSettled: () => queries.invalidateQueries({ queryKey: ['imports'] }),
  });
  const isRunning = job?.state === 'running';
  const isLookedAt = job?.name === name && job.state === 'done';

  if (folder === null)
    return (
      <Alert color="gray" variant="light" title={t('No folder for exports')}>
        <Words
          text={msg('Name one with <variable/> where the service is started, and lay the export into it.')}
          parts={{ variable: <code>BERTH_IMPORT_DIR</code> }}
        />
      </Alert>
    );
  return (
    <>
      {exports.length === 0 ? (
        <Alert color="gray" variant="light" title={t('No export yet')}>
          <Words
            text={msg(
              'Lay the folder that <exporter/> wrote, with its <manifest/>, or its zip into <folder/>.',
            )}
            parts={{
              exporter: <code>document_exporter</code>,
              manifest: <code>manifest.json</code>,
              folder: <code className={styles['path']}>{folder}</code>,
            }}
          />
        </Alert>
      ) : (
        <div className={styles['choice']}>
          <NativeSelect
            label={t('Export')}
            description={t('Folders and zips in {folder}', { folder })}
            data={exports}
            value={name}
            disabled={isRunning}
            onChange={({ currentTarget }) => setChosen(currentTarget.value)}
          />
          <Group gap="xs">
            <Button
              variant={isLookedAt ? 'default' : 'filled'}
              leftSection={<IconFileSearch size={16} aria-hidden />}
              disabled={isRunning}
              loading={start.isPending}
              onClick={() => start.mutate(true)}
            >
              {t('Dry run')}
            </Button>
            <Button
              variant={isLookedAt ? 'filled' : 'default'}
              leftSection={<IconPackageImport size={16} aria-hidden />}
              disabled={isRunning || !isLookedAt}
              onClick={() => start.mutate(false)}
            >
              {t('Import')}
            </Button>
          </Group>
        </div>
      )}
      {start.error !== null && <p role="alert">{start.error.message}</p>}
      {job !== null && <JobState job={job} />}
    </>
  );
}

function JobState({ job }: { job: ImportJob }) {
  const { reader } = useSurroundings();
  const words = jobWords(job);
  if (job.state === 'failed')
    return (
      <Alert color="red" variant="light" icon={<IconAlertCircle />} title={words.failed}>
        {job.detail}
      </Alert>
    );
  return (
    <section aria-label={words.name}>
      <h2>{words.name}</h2>
      <div role="status">
        {job.state === 'running' && (
          <>
            <Progress
              value={job.total === 0 ? 0 : (100 * job.done) / job.total}
              aria-label={words.underWay}
            />
            <p>
              {t('{done} of {count, plural, one {1 document} other {# documents}}', {
                done: formatCount(job.done, reader),
                count: job.total,
              })}
            </p>
          </>
        )}
        {job.report !== null && <Counts report={job.report} />}
      </div>
      {job.report !== null && <Lines report={job.report} />}
    </section>
  );
}

function jobWords({ isDryRun, name }: ImportJob): { name: string; failed: string; underWay: string } {
  return isDryRun
    ? {
        name: t('Dry run of {name}', { name }),
        failed: t('Dry run of {name} failed', { name }),
        underWay: t('The dry run is under way'),
      }
    : {
        name: t('Import of {name}', { name }),
        failed: t('Import of {name} failed', { name }),
        underWay: t('The import is under way'),
      };
}

function Counts({ report }: { report: ImportReport }) {
  const { reader } = useSurroundings();
  const counts = [
    { name: report.isDryRun ? t('would be new') : t('new'), count: report.fresh },
    { name: t('here already, completed'), count: report.joined },
    { name: t('taken over before'), count: report.already },
    { name: t('not taken'), count: report.refused, isBad: report.refused > 0 },
  ];
  return (
    <>
      <dl className={styles['counts']}>
        {counts.map(({ name, count, isBad = false }) => (
          <div key={name} data-bad={isBad || undefined}>
            <dd>{formatCount(count, reader)}</dd>
            <dt>{name}</dt>
          </div>
        ))}
      </dl>
      {report.fields.length > 0 && <p>{t('Fields: {fields}.', { fields: report.fields.join(', ') })}</p>}
      {report.isDryRun && <p>{t('Nothing was written.')}</p>}
    </>
  );
}

function Lines({ report: { lines, linesLeftOut } }: { report: ImportReport }) {
  if (lines.length === 0) return null;
  return (
    <ul className={styles['lines']} aria-label={t('What the report says')}>
      {lines.map(({ document, text }, index) => (
        <li key={index}>
          {document !== null && <strong>{document}: </strong>}
          {text}
        </li>
      ))}
      {linesLeftOut > 0 && (
        <li>
          {t('{count, plural, one {… and 1 line more.} other {… and # lines more.}}', {
            count: linesLeftOut,
          })}
        </li>
      )}
    </ul>
  );
}
