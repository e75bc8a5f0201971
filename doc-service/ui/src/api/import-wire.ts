/** What the documents API says of imports from other archives. */
import { amount, entries, isRecord, record, strings, text, words } from './json.ts';

export type ImportReport = {
  isDryRun: boolean;
  documents: number;
  fresh: number;
  joined: number;
  already: number;
  refused: number;
  fields: string[];
  /** `document` null: about the whole. */
  lines: { document: string | null; text: string }[];
  linesLeftOut: number;
};
export type ImportJob = {
  name: string;
  isDryRun: boolean;
  state: string;
  done: number;
  total: number;
  detail: string | null;
  report: ImportReport | null;
};
/** `folder` null: no folder for exports is set. */
export type Imports = { folder: string | null; exports: string[]; job: ImportJob | null };

export function readImports(json: unknown): Imports {
  const body = record(json, 'imports');
  return {
    folder: words(body['folder']),
    exports: strings(body['exports']),
    job: isRecord(body['job']) ? readJob(body['job']) : null,
  };
}

function readJob(job: Record<string, unknown>): ImportJob {
  return {
    name: text(job['name'], 'name'),
    isDryRun: job['is_dry_run'] === true,
    state: text(job['state'], 'state'),
    done: amount(job['done']),
    total: amount(job['total']),
    detail: words(job['detail']),
    report: isRecord(job['report']) ? readReport(job['report']) : null,
  };
}

function readReport(report: Record<string, unknown>): ImportReport {
  return {
    isDryRun: report['is_dry_run'] === true,
    documents: amount(report['documents']),
    fresh: amount(report['new']),
    joined: amount(report['joined']),
    already: amount(report['already']),
    refused: amount(report['refused']),
    fields: strings(report['fields']),
    lines: entries(report['lines']).flatMap(({ document, text: said }) =>
      typeof said === 'string' ? [{ document: words(document), text: said }] : [],
    ),
    linesLeftOut: amount(report['lines_left_out']),
  };
}
