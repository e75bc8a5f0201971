/** Programs that tests start and npm does not bring: installed where that can be done, told where it cannot. Never a silent skip. */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { isDebian, runAloud } from './chromium.ts';

/** Each with the Debian package that has it. */
const wanted: Readonly<Record<string, string>> = {
  nginx: 'nginx-light',
  openssl: 'openssl',
  mount: 'mount',
  mknod: 'coreutils',
  ps: 'procps',
};
/** Debian puts some where only root looks. */
const systemFolders = ['/usr/sbin', '/sbin', '/usr/local/sbin'];

/**
 * Their tests fail, each with the reason, where one is missing after this.
 * @param tell hears what is being installed, and what cannot be
 */
export async function ensureTestTools(
  env: Record<string, string | undefined>,
  tell: (line: string) => void,
): Promise<void> {
  const missing = await missingOf(env);
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && (await isDebian())) {
    tell(`The tests need ${missing.join(', ')}; installing the system packages …`);
    // The lists may be old or empty: fresh ones first. Installing may work even where refreshing failed in part.
    await runAloud('apt-get', ['update', '-q']);
    await runAloud('apt-get', [
      'install',
      '-y',
      '-q',
      '--no-install-recommends',
      ...missing.map((program) => wanted[program] ?? program),
    ]);
  }
  const left = await missingOf(env);
  if (left.length > 0)
    tell(
      `!!! Missing: ${left.join(', ')}. Their tests will fail. On Debian: apt-get install ${left.map((program) => wanted[program]).join(' ')}`,
    );
}

async function missingOf(env: Record<string, string | undefined>): Promise<string[]> {
  const folders = [
    ...(env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
    ...systemFolders,
  ];
  const found = await Promise.all(
    Object.keys(wanted).map(async (program) => ({ program, isThere: await isSomewhere(program, folders) })),
  );
  return found.filter(({ isThere }) => !isThere).map(({ program }) => program);
}

async function isSomewhere(program: string, folders: readonly string[]): Promise<boolean> {
  const looks = folders.map((folder) =>
    access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(looks)).includes(true);
}
