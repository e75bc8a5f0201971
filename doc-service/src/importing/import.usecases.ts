/** An import from its first to its last document. A dry run does all of it but the writing. */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { examine, readExport, type Examined } from './export-folder.ts';
import type { Archive, Importer, Keep, Plan, Planned, Report, TakenField } from './importing.types.ts';
import { planOf } from './plan.rules.ts';

export type ImportDeps = {
  archive: Archive;
  keep: Keep;
  maxBytes: () => number;
  /**
   * Takes the text that another program recognised on pages which are pictures in a kept file.
   * @param path of a PDF of the same pages with that text @returns how many pages; null when it was stopped
   */
  takeRecognised: (sha256: string, path: string, signal?: AbortSignal) => Promise<number | null>;
};
export type ImportRun = {
  folder: string;
  /** What is to be told beside. */
  lines?: readonly string[];
  isDryRun: boolean;
  importer: Importer;
  onProgress?: (done: number, total: number) => void;
  /** Ends it before the next document, or the next page of one. */
  signal?: AbortSignal;
};

export const source = 'paperless';
const mostLines = 2_000;
const why: Readonly<Record<string, string>> = {
  'too-large': 'it is larger than the settings allow',
  'not-a-pdf': 'it is no PDF',
  'disk-full': 'the disk of the archive is full',
  changed: 'it changed while it was read',
  gone: 'it is missing',
  unreadable: 'it cannot be read',
};

/** @throws ImportingRefusal when there is no export that could be read */
export async function importPaperless(deps: ImportDeps, run: ImportRun): Promise<Report> {
  const plan = planOf(await readExport(run.folder));
  const { fields, lines } = await deps.archive.fields(plan.fields, run.isDryRun);
  const report = emptyReport(plan, run.isDryRun, fields);
  const tell = teller(report);
  for (const text of [...(run.lines ?? []), ...plan.lines, ...lines]) tell(null, text);
  const taken = new Map<string, string>();
  let recognised = 0;
  const seen = new Set<string>();
  let done = 0;
  for (const planned of plan.documents) {
    if (run.signal?.aborted) {
      tell(null, say`Stopped after ${done} of ${plan.documents.length}. The next import goes on there.`);
      break;
    }
    const outcome = await importOne(deps, run, planned, { fields, seen });
    // It is taken from its beginning by the next import.
    if (outcome === 'stopped') continue;
    report[outcome.became]++;
    recognised += outcome.recognised;
    const name = `${planned.title} (${planned.sourceId})`;
    for (const text of outcome.lines) tell(name, text);
    if (outcome.documentId !== null) taken.set(planned.sourceId, outcome.documentId);
    if (outcome.isDiskFull) {
      const count = plan.documents.length;
      const where = say`Stopped at ${name}, after ${done} of ${count}: the disk of the archive is full.`;
      tell(null, [where, 'Make room and import again: it goes on there.'].join(' '));
      break;
    }
    run.onProgress?.(++done, plan.documents.length);
  }
  if (recognised > 0) tell(null, say`Of ${recognised} pages the text that Paperless recognised is used.`);
  if (!run.isDryRun) await linkAll(deps, run, { plan, fields, taken, tell });
  return report;
}

type Outcome = {
  became: 'new' | 'joined' | 'already' | 'refused';
  documentId: string | null;
  lines: string[];
  /** Pages whose text was recognised there. */
  recognised: number;
  /** Nothing after it can be kept either. */
  isDiskFull?: boolean;
};

async function importOne(
  { archive, keep, maxBytes, takeRecognised }: ImportDeps,
  { folder, isDryRun, importer, signal }: ImportRun,
  planned: Planned,
  { fields, seen }: { fields: readonly TakenField[]; seen: Set<string> },
): Promise<Outcome | 'stopped'> {
  const refused = (text: string): Outcome => ({
    became: 'refused',
    documentId: null,
    lines: [say`Not taken: ${text}.`],
    recognised: 0,
  });
  const chosen = await chosenFile(folder, planned);
  if (!chosen.ok) return refused(chosen.why);
  const { path, sha256, sizeBytes, lines } = chosen;
  if (sizeBytes > maxBytes()) return refused(why['too-large'] ?? '');
  const presence = await archive.presence(source, planned.sourceId, sha256);
  if (presence === 'imported') return { became: 'already', documentId: null, lines: [], recognised: 0 };
  // The same bytes may come twice in one export.
  const became = presence === 'here' || seen.has(sha256) ? 'joined' : 'new';
  seen.add(sha256);
  const told = [...lines, ...planned.lines, ...archive.check(planned, fields)];
  if (isDryRun) return { became, documentId: null, lines: told, recognised: 0 };
  const kept = await keep(path, folder);
  if (!kept.ok)
    return { ...refused(why[kept.reason] ?? kept.reason), isDiskFull: kept.reason === 'disk-full' };
  // It was looked at, and then copied: what lies in the vault is what counts.
  if (kept.sha256 !== sha256) return refused(why['changed'] ?? '');
  // Before the document is there, so that its pictures need not be read once more.
  const withText = await withTextOf(folder, planned, path);
  const recognised = withText === null ? 0 : await takeRecognised(sha256, withText, signal);
  if (recognised === null) return 'stopped';
  const documentId = await archive.take(importer, { source, planned, fields, sha256, sizeBytes });
  return { became, documentId, lines: told, recognised };
}

type Chosen = (Extract<Examined, { ok: true }> & { lines: string[] }) | { ok: false; why: string };

/** The original, when it is a PDF; else the archive version that Paperless made of it. */
async function chosenFile(folder: string, { files }: Planned): Promise<Chosen> {
  const reasons: string[] = [];
  for (const [index, { name, checksum }] of files.entries()) {
    const found = await examine(folder, name);
    if (!found.ok) reasons.push(found.why);
    else if (!found.isPdf) reasons.push(say`${name} is no PDF`);
    else if (isAnother(checksum, found))
      reasons.push(say`${name} is damaged: its bytes are not those that Paperless noted`);
    else {
      const lines = index === 0 ? [] : [say`The archive version is taken: ${reasons.join('; ')}.`];
      return { ...found, lines };
    }
  }
  return { ok: false, why: reasons.join('; ') || 'the export names no file of it' };
}

/** @returns the archive version, where it is not what was taken itself */
async function withTextOf(folder: string, { files }: Planned, taken: string): Promise<string | null> {
  const archived = files[1];
  if (!archived) return null;
  const found = await examine(folder, archived.name);
  const isUsable = found.ok && found.isPdf && found.path !== taken && !isAnother(archived.checksum, found);
  return isUsable ? found.path : null;
}

function isAnother(checksum: string | null, { md5, sha256 }: { md5: string; sha256: string }): boolean {
  const noted = checksum?.toLowerCase() ?? '';
  if (/^[0-9a-f]{32}$/.test(noted)) return noted !== md5;
  return /^[0-9a-f]{64}$/.test(noted) && noted !== sha256;
}

type Linking = {
  plan: Plan;
  fields: readonly TakenField[];
  taken: ReadonlyMap<string, string>;
  tell: (document: string | null, text: string) => void;
};

/** When all are here: a link leads to a document of this archive. */
async function linkAll(
  { archive }: ImportDeps,
  { importer }: ImportRun,
  { plan, fields, taken, tell }: Linking,
): Promise<void> {
  for (const { sourceId, title, links } of plan.documents) {
    const documentId = taken.get(sourceId);
    if (documentId === undefined) continue;
    for (const { field, to } of links) {
      const { id, name } = fields.find(({ ref }) => ref === field) ?? { id: null, name: field };
      const target = to[0];
      if (id === null || target === undefined) continue;
      const isLinked = await archive.link(importer, { source, documentId, fieldId: id, to: target });
      if (!isLinked)
        tell(`${title} (${sourceId})`, say`Field “${name}”: document ${target} was not taken over.`);
    }
  }
}

function emptyReport({ documents }: Plan, isDryRun: boolean, fields: readonly TakenField[]): Report {
  return {
    is_dry_run: isDryRun,
    documents: documents.length,
    new: 0,
    joined: 0,
    already: 0,
    refused: 0,
    fields: fields.map(({ name }) => name),
    lines: [],
    lines_left_out: 0,
  };
}

function teller(report: Report): (document: string | null, text: string) => void {
  return (document, text) => {
    if (report.lines.length < mostLines) report.lines.push({ document, text });
    else report.lines_left_out++;
  };
}
