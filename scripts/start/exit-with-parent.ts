/** Preloaded into our processes: when their parent is gone, their standard input ends, and so do they, in order. */
process.stdin.once('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.once('error', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.resume();
// Listening alone keeps no process alive.
process.stdin.unref();
