/** A container of `examples/` as a process of its own, as an operator starts it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../start/paths.ts';

export type ExampleProcess = { url: string; stop: () => Promise<void> };

/**
 * @param program such as `connector-vault/connector-vault.ts` @throws Error when it ends before it listens
 */
export async function startExample(program: string, env: Record<string, string>): Promise<ExampleProcess> {
  const child = spawn(process.execPath, [join(root, 'examples', program)], {
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const found = /"url":"([^"]+)"/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`${program} ended before it listened.`)));
  });
  return {
    url,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}
