/** Containers from examples/ as processes of their own, for pages of workspaces. */
import { spawn, type ChildProcess } from 'node:child_process';
import { nodeBinary, root } from '@berth/testing/checkout.ts';

/** @returns ends the process */
export function startConnector(name: string, port: number, env: Record<string, string>): () => void {
  const child: ChildProcess = spawn(nodeBinary, [`examples/${name}/${name}.ts`], {
    cwd: root,
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      VAULT_PASSPHRASE: 'Harbour-4711',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return () => void child.kill('SIGKILL');
}

/** A line as pino writes it. */
export function logLine(msg: string, level: string): string {
  return `${JSON.stringify({ time: new Date().toISOString(), level, msg })}\n`;
}
