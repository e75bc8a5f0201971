/** Pages that are read from their pictures, and attached invoices, as the database keeps them: by content. */
import { z } from 'zod';
import { Prisma, type PrismaClient } from '#platform/database.ts';
import type { EInvoice, EInvoiceFound } from './e-invoice.types.ts';
import type { OcrPageWord } from './reading.types.ts';

/** @property confidence from 0 to 1 */
export type OcrPage = {
  width: number;
  height: number;
  text: string;
  words: OcrPageWord[];
  confidence: number;
};
export type WaitingPage = { sha256: string; page: number; attempts: number };
/** @property detail why the first of those that could not be read could not */
export type OcrCounts = { waiting: number; read: number; failed: number; detail: string | null };
export type InvoiceAnswer = { value: EInvoice | null; file: string; detail: string | null };

export type OcrStore = ReturnType<typeof createOcrStore>;

const maxAttempts = 2;
const retryAfterSeconds = 60;
const number = z.number();
const storedWords = z.array(z.tuple([z.string(), number, number, number, number, number, z.boolean()]));
const nullable = z.string().nullable();
const storedInvoice = z.object({
  format: z.string(),
  type_code: nullable,
  number: z.string(),
  issue_date: z.string(),
  due_date: nullable,
  currency: z.string(),
  total: z.string(),
  payable: nullable,
  iban: nullable,
  payment_reference: nullable,
  buyer_reference: nullable,
  order_number: nullable,
  seller: z.string(),
  buyer: nullable,
});

export function createOcrStore(prisma: PrismaClient) {
  return { ...pageTexts(prisma), ...invoices(prisma) };
}

function pageTexts(prisma: PrismaClient) {
  return {
    /** Notes what is not noted yet. @returns what was read of these pages so far, by page: it counts as used */
    async noteScanned(sha256: string, pages: readonly number[]): Promise<Map<number, string>> {
      if (pages.length === 0) return new Map();
      await prisma.ocrPage.createMany({
        data: pages.map((page) => ({ sha256, page })),
        skipDuplicates: true,
      });
      const rows = await prisma.ocrPage.updateManyAndReturn({
        where: { sha256, text: { not: null } },
        data: { isUsed: true },
        select: { page: true, text: true },
      });
      return new Map(rows.map(({ page, text }) => [page, text ?? '']));
    },

    async texts(sha256: string): Promise<Map<number, string>> {
      const rows = await prisma.ocrPage.findMany({
        where: { sha256, text: { not: null } },
        select: { page: true, text: true },
      });
      return new Map(rows.map(({ page, text }) => [page, text ?? '']));
    },

    async page(sha256: string, page: number): Promise<OcrPage | null> {
      const row = await prisma.ocrPage.findUnique({ where: { sha256_page: { sha256, page } } });
      if (!row || row.text === null) return null;
      const { width, height, text, confidence } = row;
      const words = storedWords.parse(row.words ?? []);
      return { width: width ?? 0, height: height ?? 0, text, words, confidence: confidence ?? 0 };
    },

    /** The one that waits longest. */
    async next(): Promise<WaitingPage | null> {
      return prisma.ocrPage.findFirst({
        where: { state: 'waiting', nextAttemptAt: { lte: new Date() } },
        select: { sha256: true, page: true, attempts: true },
        orderBy: [{ nextAttemptAt: 'asc' }, { sha256: 'asc' }, { page: 'asc' }],
      });
    },

    async noteRead({ sha256, page }: WaitingPage, found: OcrPage, languages: string[]): Promise<void> {
      const { words, ...rest } = found;
      await prisma.ocrPage.updateMany({
        where: { sha256, page },
        data: { ...rest, words, languages, state: 'read', detail: null, isUsed: false, readAt: new Date() },
      });
    },

    /** What another program read of a page; what was read here stays. @returns whether it was taken */
    async noteRecognised(sha256: string, page: number, { words, ...found }: OcrPage): Promise<boolean> {
      const data = { ...found, words, state: 'read', readAt: new Date() };
      const { count } = await prisma.ocrPage.createMany({
        data: [{ sha256, page, ...data }],
        skipDuplicates: true,
      });
      return count > 0;
    },

    async noteFailure({ sha256, page, attempts }: WaitingPage, detail: string): Promise<void> {
      const isOver = attempts + 1 >= maxAttempts;
      await prisma.$executeRaw`
        UPDATE ocr_pages SET attempts = ${attempts + 1}, detail = ${detail},
          state = ${isOver ? 'failed' : 'waiting'},
          next_attempt_at = now() + make_interval(secs => ${retryAfterSeconds})
        WHERE sha256 = ${sha256} AND page = ${page} AND state = 'waiting'`;
    },

    /** @returns false when this page has text of its own */
    async readAgain(sha256: string, page: number): Promise<boolean> {
      const { count } = await prisma.ocrPage.updateMany({
        where: { sha256, page },
        data: { state: 'waiting', attempts: 0, nextAttemptAt: new Date(0) },
      });
      return count > 0;
    },

    async counts(sha256: string): Promise<OcrCounts> {
      const rows = await prisma.$queryRaw<{ state: string; count: bigint; detail: string | null }[]>`
        SELECT state, count(*) AS count, min(detail) AS detail FROM ocr_pages WHERE sha256 = ${sha256} GROUP BY state`;
      const of = (state: string): number => Number(rows.find((row) => row.state === state)?.count ?? 0);
      const detail = rows.find((row) => row.detail !== null)?.detail ?? null;
      return { waiting: of('waiting'), read: of('read'), failed: of('failed'), detail };
    },

    /** Contents with pages that were read and that no document has yet. */
    async unused(): Promise<string[]> {
      const rows = await prisma.ocrPage.findMany({
        where: { state: 'read', isUsed: false },
        distinct: ['sha256'],
        select: { sha256: true },
      });
      return rows.map(({ sha256 }) => sha256);
    },

    waiting: (): Promise<number> => prisma.ocrPage.count({ where: { state: 'waiting' } }),

    /** A content walks once more from **kept**, with what was read of its pictures. */
    async refresh(sha256: string): Promise<void> {
      await prisma.$executeRaw`
        UPDATE documents SET status = 'kept', attempts = 0, next_attempt_at = 'epoch'
        WHERE sha256 = ${sha256} AND status IN ('read', 'searchable')`;
    },
  };
}

function invoices(prisma: PrismaClient) {
  return {
    async noteInvoice(sha256: string, found: EInvoiceFound | null): Promise<void> {
      if (!found) {
        await prisma.invoice.deleteMany({ where: { sha256 } });
        return;
      }
      const data = {
        file: found.file,
        value: found.ok ? found.invoice : Prisma.DbNull,
        detail: found.ok ? null : found.detail,
      };
      await prisma.invoice.upsert({ where: { sha256 }, create: { sha256, ...data }, update: data });
    },

    async invoice(sha256: string): Promise<InvoiceAnswer | null> {
      const row = await prisma.invoice.findUnique({ where: { sha256 } });
      if (!row) return null;
      const value = row.value === null ? null : storedInvoice.parse(row.value);
      return { value, file: row.file, detail: row.detail };
    },

    async invoiceOf(documentId: string): Promise<InvoiceAnswer | null> {
      const row = await prisma.document.findUnique({ where: { id: documentId }, select: { sha256: true } });
      return row?.sha256 ? this.invoice(row.sha256) : null;
    },
  };
}
