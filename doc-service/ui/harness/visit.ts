import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  chromium,
  type Browser,
  type BrowserContextOptions,
  type Frame,
  type Locator,
  type Page,
} from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll } from 'vitest';

import type { FakeDocuments } from './fake-documents.types.ts';
import { fakeShell } from './fake-shell.ts';

const executablePath = process.env['BERTH_CHROMIUM'] ?? '/usr/bin/chromium';
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };

/** `refused`: what the content security policy refused, and every error of the page. */
export type Visited = { page: Page; frame: Frame; refused: string[] };
export type Visit = (
  documents: FakeDocuments,
  path?: string,
  look?: {
    theme?: string;
    viewport?: { width: number; height: number };
    /** The shell draws the head of the page. */
    hasHead?: boolean;
    /** What else the browser is. */
    options?: BrowserContextOptions;
    /** Language and region of the reader, as the shell says it. */
    locale?: string;
    /** Files of the page that cannot be fetched. */
    missing?: RegExp;
    /** Sees the page before it asks for anything. */
    onPage?: (page: Page) => void;
  },
) => Promise<Visited>;

/**
 * The page in its frame in a real Chromium, built anew for the tests of one file. Each visit ends with its
 * test.
 */
export function preparePage(): Visit {
  let dist: string;
  let browser: Browser;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    if (!existsSync(executablePath))
      throw new Error(`No Chromium at ${executablePath}: install it, or name one in BERTH_CHROMIUM.`);
    dist = await mkdtemp(join(tmpdir(), 'documents-page-'));
    await build({
      configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
      logLevel: 'warn',
      build: { outDir: dist },
    });
    browser = await chromium.launch({ executablePath, args });
  }, 240_000);

  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(dist, { recursive: true, force: true });
  }, 120_000);

  return async (
    documents,
    path = '#/',
    {
      theme = 'light',
      viewport = desktop,
      hasHead = false,
      options = {},
      locale = 'en-GB',
      missing,
      onPage,
    } = {},
  ) => {
    const shell = await fakeShell(dist, documents);
    open.push(shell);
    const context = await browser.newContext({
      viewport,
      locale: 'en-GB',
      reducedMotion: 'reduce',
      acceptDownloads: true,
      ...options,
    });
    open.push(context);
    context.setDefaultTimeout(20_000);
    if (missing) await context.route(missing, (route) => route.abort());
    const page = await context.newPage();
    onPage?.(page);
    const refused: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        refused.push(message.text());
    });
    page.on('pageerror', (error) => refused.push(error.message));
    await page.goto(`${shell.url}/?theme=${theme}&locale=${locale}${hasHead ? '&head=1' : ''}${path}`);
    const frame = page.frames().find((one) => one.url().includes('/apps/x/'));
    if (frame === undefined) throw new Error('the shell has no frame');
    return { page, frame, refused };
  };
}

export const appears = (what: Locator) => what.waitFor().then(() => true);
export const disappears = (what: Locator) => what.waitFor({ state: 'detached' }).then(() => true);

export async function axeFindings(frame: Frame): Promise<unknown> {
  await frame.evaluate(await readFile(axe, 'utf8'));
  return frame.evaluate(`axe
    .run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, any }) => html.slice(0, 140) + ' ' + (any[0]?.message ?? '')).join(' | ')))`);
}

/** Kept where `BERTH_SCREENSHOTS` names a folder, for eyes. */
export async function lookAt(page: Page, name: string): Promise<void> {
  const shots = process.env['BERTH_SCREENSHOTS'];
  if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`) });
}
