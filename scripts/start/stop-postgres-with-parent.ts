/**
 * PostgreSQL goes when the start that owns it goes, kill -9 included: a shell waits at a pipe from us, which the kernel
 * closes with our last breath. It asks for a smart shutdown, so that the servers, which end for the same reason, finish
 * with their database; and insists after a while.
 */
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

const script = `
read -r word
[ "$word" = stay ] && exit 0
kill -TERM "$1" || exit 0
for second in $(seq 40); do kill -0 "$1" 2>/dev/null || exit 0; sleep 1; done
kill -INT "$1"
`;

/** @returns a function that releases it, for a stop in order */
export function stopPostgresWithParent(pid: number): () => void {
  // In a process group of its own: a Ctrl-C in the terminal is not its end.
  const child = spawn('/bin/sh', ['-c', script, 'stop-postgres-with-parent', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.on('error', () => {}); // No shell: then PostgreSQL stays, and the next start goes on with it.
  child.stdin.on('error', () => {});
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return () => child.stdin.end('stay\n');
}
