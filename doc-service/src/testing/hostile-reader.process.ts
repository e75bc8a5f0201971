/** A reader that is at the mercy of its file: the name says what happens. Started by tests alone. */
const hoard: Uint8Array[] = [];

process.on('message', (task: { path: string }) => {
  if (task.path.endsWith('endless')) for (;;) hoard.length = 0;
  if (task.path.endsWith('greedy')) {
    setInterval(() => hoard.push(new Uint8Array(32 * 1024 * 1024).fill(1)), 5);
    return;
  }
  if (task.path.endsWith('deadly')) process.abort();
  if (task.path.endsWith('killed')) process.kill(process.pid, 'SIGKILL');
  if (task.path.endsWith('heap')) {
    const numbers: number[][] = [];
    for (;;) numbers.push(Array.from({ length: 500_000 }, (_, index) => index + 0.5));
  }
  const texts = [`read by ${process.pid}`];
  process.send?.({ ok: true, pages: 1, texts, about: '', scanned: [], invoice: null });
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
