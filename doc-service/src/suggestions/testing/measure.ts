/**
 * How good the proposals of the archive are: a labelled corpus, a real database, and what was proposed for
 * the held-out part.
 */
import type { ServerResponse } from 'node:http';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { z } from 'zod';
import { isOpenToReaders } from '../../documents/visibility.ts';
import { openDatabase, type PrismaClient } from '../../platform/database.ts';
import { suggestionsRoom, type Provider, type SuggestionsRoom } from '../suggestions.room.ts';
import { makeCorpus, type Labelled } from './corpus.ts';
import { nothing, problem, type ModelDouble } from './model-double.ts';

export type Measured = {
  documents: number;
  folders: number;
  heldOut: number;
  /** Shares from 0 to 1. */
  folderRight: number;
  titleUsable: number;
  /** Of the folders that were proposed, how many were right; a stray letter has no right one. */
  folderPrecision: number;
  /** Stray letters for which no folder was proposed. */
  straysLeft: number;
  msPerDocument: number;
  /**
   * What the model did wrong, by the state that it was told as, and how often; each was asked about again.
   */
  faults: Record<string, number>;
  wrong: string[];
};

/**
 * @param databaseUrl a fresh and migrated one
 * @param model a server that speaks the protocol; none: the archive proposes by itself
 */
export async function measureSuggestions(
  databaseUrl: string,
  perFolder: number,
  model: ModelDouble | null = null,
): Promise<Measured> {
  const log = createLogger('measure', 'silent');
  const database = openDatabase({ url: databaseUrl, log });
  const { prisma } = database;
  try {
    const corpus = makeCorpus({ perFolder });
    const room = suggestionsRoom({
      prisma,
      isOpenTo: isOpenToReaders,
      invoiceOf: async () => null,
      settings: () => ({
        folder: true,
        rename: true,
        privacy: model ? 'local' : 'none',
        documentsPerDay: corpus.length,
      }),
      provider: model && providerOf(model),
      now: () => Date.UTC(2026, 11, 1),
      log,
    });
    const startedMs = performance.now();
    await insert(
      prisma,
      corpus.filter(({ isHeldOut }) => !isHeldOut),
    );
    await room.makeDue();
    const heldOut = corpus.filter(({ isHeldOut }) => isHeldOut);
    const ids = await insert(prisma, heldOut);
    await room.makeDue();
    const faults = model ? await askAll(prisma, room, model, { letters: heldOut, ids }) : {};
    const spentMs = performance.now() - startedMs;
    await room.stop();
    return {
      ...(await judge(prisma, heldOut, ids)),
      ...countsOf(corpus),
      faults,
      msPerDocument: spentMs / corpus.length,
    };
  } finally {
    await database.close();
  }
}

function providerOf({ url }: ModelDouble): Provider {
  return {
    connected: async () => ({ isBound: true, isLocal: true, model: 'double' }),
    call: (path, init) => {
      const headers = new Headers(init.headers);
      headers.set('authorization', 'Bearer double');
      return fetch(`${url}/internal/connections/ai${path}`, { ...init, headers });
    },
  };
}

/**
 * One in fifty is misread, and one question in eight meets a fault: what a good model does on an ordinary
 * day.
 */
const misreadEvery = 50;
const faultEvery = 8;

/** Asks about every letter, again after each fault, as the service does after its pause. */
async function askAll(
  prisma: PrismaClient,
  room: Pick<SuggestionsRoom, 'askDue' | 'resume'>,
  model: ModelDouble,
  { letters, ids }: { letters: readonly Labelled[]; ids: readonly string[] },
): Promise<Record<string, number>> {
  const known = new Map(letters.map((letter) => [beginning(letter.text), letter]));
  model.behaviour = ({ content, count }, response) => {
    if (count % faultEvery === 0) return faults[(count / faultEvery) % faults.length]?.(response) ?? null;
    const letter = letterIn(content, known);
    const isMisread = count % misreadEvery === 1;
    return {
      ...nothing,
      folder: isMisread ? null : (letter?.folder ?? null),
      title: letter ? letter.titleWords.join(' ') : null,
      confidence: 0.9,
    };
  };
  const told: Record<string, number> = {};
  for (let round = 0; round < letters.length * 2; round++) {
    room.resume();
    await prisma.$executeRaw`UPDATE suggestion_runs SET ask_again_at = NULL WHERE asked_at IS NULL`;
    await room.askDue();
    const rows = await prisma.suggestionRun.findMany({
      where: { documentId: { in: [...ids] }, askedAt: null },
    });
    if (rows.length === 0) break;
    for (const { provider } of rows) if (provider !== 'off') told[provider] = (told[provider] ?? 0) + 1;
  }
  return told;
}

const faults: ((response: ServerResponse) => string | null)[] = [
  (response) => (problem(response, 502, 'The provider does not answer.'), null),
  (response) => (problem(response, 429, 'Too often.', { headers: { 'retry-after': '1' } }), null),
  () => '{"title": ',
  (response) => (
    response.writeHead(200, { 'content-length': '9000' }).write('{"choices'),
    response.destroy(),
    null
  ),
];

/** The question is JSON within JSON: letters and digits alone are compared. */
function beginning(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, '').slice(0, 120);
}

const question = z.object({ messages: z.array(z.object({ content: z.string() })) });

function letterIn(content: string, known: ReadonlyMap<string, Labelled>): Labelled | null {
  const { messages } = question.parse(JSON.parse(content));
  const text = messages.map((one) => one.content.replaceAll(/\\[nfrt]|[^\p{L}\p{N}]/gu, '')).join('');
  for (const [start, letter] of known) if (text.includes(start)) return letter;
  return null;
}

function countsOf(corpus: readonly Labelled[]) {
  const known = corpus.flatMap(({ folder, isHeldOut }) => (folder === null || isHeldOut ? [] : [folder]));
  return { documents: corpus.length, folders: new Set(known).size };
}

async function judge(prisma: PrismaClient, heldOut: readonly Labelled[], ids: readonly string[]) {
  const rows = await prisma.suggestion.findMany({ where: { documentId: { in: [...ids] } } });
  const proposed = new Map(
    rows.map(({ documentId, field, value, confidence }) => [
      `${documentId} ${field}`,
      { value: typeof value === 'string' ? value : JSON.stringify(value), confidence },
    ]),
  );
  const filed = heldOut.filter(({ folder }) => folder !== null);
  let [right, made, usable, straysLeft] = [0, 0, 0, 0];
  const wrong: string[] = [];
  heldOut.forEach(({ folder, titleWords }, at) => {
    const found = proposed.get(`${ids[at]} folder`);
    if (found) made++;
    if (found && found.value === folder) right++;
    if (found && found.value !== folder)
      wrong.push(`folder ${found.value} (${found.confidence.toFixed(2)}) is ${folder}`);
    if (folder !== null && !found) wrong.push(`no folder, is ${folder}`);
    if (folder === null && !found) straysLeft++;
    const title = proposed.get(`${ids[at]} title`)?.value.toLowerCase() ?? '';
    if (folder === null) return;
    if (title.length <= 110 && titleWords.every((word) => title.includes(word))) usable++;
    else wrong.push(`title "${title}" lacks "${titleWords.join(' ')}"`);
  });
  const strays = heldOut.length - filed.length;
  return {
    heldOut: heldOut.length,
    folderRight: right / filed.length,
    titleUsable: usable / filed.length,
    folderPrecision: made === 0 ? 1 : right / made,
    straysLeft: strays === 0 ? 1 : straysLeft / strays,
    wrong,
  };
}

/**
 * As reading and the search leave them: those that are held out lie in no folder, under the name of a scan.
 */
async function insert(prisma: PrismaClient, letters: readonly Labelled[]): Promise<string[]> {
  const rows = letters.map(({ text, folder, isHeldOut }, at) => ({
    id: crypto.randomUUID(),
    text,
    sha: crypto.randomUUID(),
    category: isHeldOut ? null : folder,
    title: `scan ${at}`,
    filename: `scan_${at}.pdf`,
    language: /\b(?:und|die|der)\b/.test(text) ? 'german' : 'english',
  }));
  const json = JSON.stringify(rows);
  await prisma.$executeRaw`
    INSERT INTO documents (id, sha256, size_bytes, title, filename, category, status, source, is_shared, pages, read_pages, language)
    SELECT id, sha, 1, title, filename, category, 'searchable', 'watch', true, 1, 1, language FROM jsonb_to_recordset(${json}::jsonb)
      AS one(id uuid, sha text, title text, filename text, category text, language text)`;
  await prisma.$executeRaw`
    INSERT INTO document_chunks (document_id, seq, chunk, first_page, text, is_part)
    SELECT d.id, d.seq, 0, 1, one.text, false FROM jsonb_to_recordset(${json}::jsonb) AS one(id uuid, text text)
    JOIN documents d ON d.id = one.id`;
  return rows.map(({ id }) => id);
}
