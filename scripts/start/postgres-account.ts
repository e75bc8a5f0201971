/** PostgreSQL refuses to run as root, so root runs it as `postgres`; everybody else as themselves. */
import { spawn } from 'node:child_process';
import { StartRefusal } from './refusal.ts';

export type Account = {
  uid: number;
  gid: number;
  /** Whether the command changes the user by itself (see `reachably`). */
  viaSetpriv: boolean;
};

const name = 'postgres';

/** @returns null when this process is not root and needs nobody else */
export async function postgresAccount(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const found = await lookUp();
  if (found) return found;
  await runAs(null, [
    'useradd',
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    name,
  ]);
  const made = (await lookUp()) ?? (await addTheBusyboxWay());
  if (!made)
    throw new StartRefusal(
      'PostgreSQL cannot run as root and no user "postgres" could be made: start Berth as an ordinary user, or make that user.',
    );
  return made;
}

async function addTheBusyboxWay(): Promise<Account | null> {
  await runAs(null, ['adduser', '-S', '-D', '-H', name]);
  return lookUp();
}

async function lookUp(): Promise<Account | null> {
  const [uid, gid] = await Promise.all([runAs(null, ['id', '-u', name]), runAs(null, ['id', '-g', name])]);
  if (uid.code !== 0 || gid.code !== 0) return null;
  return { uid: Number(uid.output), gid: Number(gid.output), viaSetpriv: false };
}

/**
 * Makes the command able to reach its folders. A checkout below `/root` is closed to every other user; there the
 * command keeps one capability, to walk through folders, beside the other user's id.
 * @throws StartRefusal when that is not possible either
 */
export async function reachably(
  account: Account | null,
  command: string[],
  folders: string[],
): Promise<string[]> {
  if (!account) return command;
  const test = ['sh', '-c', 'for folder do [ -x "$folder" ] || exit 1; done', 'sh', ...folders];
  account.viaSetpriv = false;
  if ((await runAs(account, test)).code === 0) return command;
  account.viaSetpriv = true;
  for (const capability of ['+dac_read_search', '+dac_override']) {
    const prefix = [
      'setpriv',
      `--reuid=${account.uid}`,
      `--regid=${account.gid}`,
      '--clear-groups',
      `--inh-caps=${capability}`,
      `--ambient-caps=${capability}`,
      '--',
    ];
    if ((await runAs(account, [...prefix, ...test])).code === 0) return [...prefix, ...command];
  }
  throw new StartRefusal(
    `The user "${name}", as whom PostgreSQL runs under root, cannot reach ${folders.join(' or ')}: move the checkout and the data folder out of a closed folder such as /root.`,
  );
}

/** Never throws: a command that does not exist ends with code 127. Output is both streams, trimmed. */
export function runAs(
  account: Account | null,
  [file = '', ...args]: string[],
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
      ...(account && !account.viaSetpriv ? { uid: account.uid, gid: account.gid } : {}),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', () => resolve({ code: 127, output: '' }));
    child.once('close', (code) => resolve({ code: code ?? 1, output: output.trim() }));
  });
}
