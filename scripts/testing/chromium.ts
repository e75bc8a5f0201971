/** Finds a Chromium for the tests in a real browser; brings one along where none is installed. Never a silent skip. */
import { spawn } from 'node:child_process';
import { access, constants, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { nodeBinary, root } from '../start/paths.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const macPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Our flags: nothing leaves the machine, and a container's missing sandbox or GPU does no harm. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/**
 * @param tell hears what is being installed
 * @returns the path of the program
 * @throws Error with what to do, when there is none and none can be had
 */
export async function ensureChromium(
  env: Record<string, string | undefined>,
  tell: (line: string) => void,
): Promise<string> {
  const given = env['BERTH_CHROMIUM'];
  if (given) {
    if (await isProgram(given)) return given;
    throw new Error(`BERTH_CHROMIUM names ${given}, which is no program.`);
  }
  const present = await findChromium(env);
  if (present) return present;
  if (process.getuid?.() === 0 && (await isDebian())) {
    tell('No Chromium found; installing the system package …');
    // The lists may be old or empty: fresh ones first. Installing may work even where refreshing failed in part.
    await runAloud('apt-get', ['update', '-q']);
    await runAloud('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium']);
    const installed = await findChromium(env);
    if (installed) return installed;
  }
  tell("No Chromium found; downloading the test library's own …");
  await runAloud(nodeBinary, [
    join(root, 'node_modules', 'playwright-core', 'cli.js'),
    'install',
    'chromium',
  ]);
  const downloaded = chromium.executablePath();
  if (await isProgram(downloaded)) return downloaded;
  throw new Error(
    'The tests need Chromium and none could be installed: install Chromium or Google Chrome, or name one in BERTH_CHROMIUM.',
  );
}

async function findChromium(env: Record<string, string | undefined>): Promise<string | null> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const places = [
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...macPlaces,
    chromium.executablePath(),
  ];
  for (const place of places) if (await isProgram(place)) return place;
  return null;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export async function isDebian(): Promise<boolean> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*debian/m.test(release);
}

/** Its output is for everybody to see. @returns the exit code */
export function runAloud(command: string, args: string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code ?? 1));
  });
}
