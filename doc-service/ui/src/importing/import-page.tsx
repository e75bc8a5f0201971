import { Alert, Button, Group, NativeSelect, Progress, Skeleton } from '@mantine/core';
import { IconAlertCircle, IconFileSearch, IconPackageImport } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import styles from './import.module.css';
import type { ImportJob, ImportReport, Imports } from '../api/import-wire.ts';
import { useSurroundings, useTitle } from '../context/app-context.tsx';
import { counted, formatCount } from '../model/format.ts';
import { Answer } from '../parts/answer.tsx';

const whileRunningMs = 1000;
const introduction =
  'An export of Paperless-ngx becomes part of this archive: documents with their titles, tags, types, ' +
  'correspondents, dates, notes and fields. Nothing in the export is changed. What people said here stays. ' +
  'Run again, it takes only what came since.';

/** Takes an archive of Paperless-ngx over: first a dry run with its report, then the real one. */
export function ImportPage() {
  const { api } = useSurroundings();
  useTitle('Import');
  const imports = useQuery({
    queryKey: ['imports'],
    queryFn: ({ signal }) => api.imports(signal),
    refetchInterval: ({ state }) => (state.data?.job?.state === 'running' ? whileRunningMs : false),
  });
  return (
    <main className={styles['page']}>
      <h1>Import from Paperless-ngx</h1>
      <p>{introduction}</p>
      <Answer query={imports} what="the imports" skeleton={<Skeleton height={160} />}>
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
      <Alert color="gray" variant="light" title="No folder for exports">
        Name one with <code>BERTH_IMPORT_DIR</code> where the service is started, and lay the export into it.
      </Alert>
    );
  return (
    <>
      {exports.length === 0 ? (
        <Alert color="gray" variant="light" title="No export yet">
          Lay the folder that <code>document_exporter</code> wrote, with its <code>manifest.json</code>, into{' '}
          <code className={styles['path']}>{folder}</code>.
        </Alert>
      ) : (
        <div className={styles['choice']}>
          <NativeSelect
            label="Export"
            description={`Folders in ${folder}`}
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
              Dry run
            </Button>
            <Button
              variant={isLookedAt ? 'filled' : 'default'}
              leftSection={<IconPackageImport size={16} aria-hidden />}
              disabled={isRunning || !isLookedAt}
              onClick={() => start.mutate(false)}
            >
              Import
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
  const what = job.isDryRun ? 'Dry run' : 'Import';
  if (job.state === 'failed')
    return (
      <Alert color="red" variant="light" icon={<IconAlertCircle />} title={`${what} of ${job.name} failed`}>
        {job.detail}
      </Alert>
    );
  return (
    <section className={styles['job']} aria-label={`${what} of ${job.name}`}>
      <h2>
        {what} of {job.name}
      </h2>
      <div role="status">
        {job.state === 'running' && (
          <>
            <Progress
              value={job.total === 0 ? 0 : (100 * job.done) / job.total}
              aria-label={`${what} is under way`}
            />
            <p>
              {formatCount(job.done, reader)} of {counted(job.total, 'document', 'documents', reader)}
            </p>
          </>
        )}
        {job.report !== null && <Counts report={job.report} />}
      </div>
      {job.report !== null && <Lines report={job.report} />}
    </section>
  );
}

function Counts({ report }: { report: ImportReport }) {
  const { reader } = useSurroundings();
  const counts: [string, number][] = [
    [report.isDryRun ? 'would be new' : 'new', report.fresh],
    ['here already, completed', report.joined],
    ['taken over before', report.already],
    ['not taken', report.refused],
  ];
  return (
    <>
      <dl className={styles['counts']}>
        {counts.map(([name, count]) => (
          <div key={name} data-bad={(name === 'not taken' && count > 0) || undefined}>
            <dd>{formatCount(count, reader)}</dd>
            <dt>{name}</dt>
          </div>
        ))}
      </dl>
      {report.fields.length > 0 && <p>Fields: {report.fields.join(', ')}.</p>}
      {report.isDryRun && <p>Nothing was written.</p>}
    </>
  );
}

function Lines({ report: { lines, linesLeftOut } }: { report: ImportReport }) {
  if (lines.length === 0) return null;
  return (
    <ul className={styles['lines']} aria-label="What the report says">
      {lines.map(({ document, text }, index) => (
        <li key={index}>
          {document !== null && <strong>{document}: </strong>}
          {text}
        </li>
      ))}
      {linesLeftOut > 0 && <li>… and {linesLeftOut} lines more.</li>}
    </ul>
  );
}
