/** Preloaded into our processes: their standard input ends with their parent, and so do they, in order. */
process.stdin.once('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.once('error', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.resume();
// Listening alone keeps no process alive.
process.stdin.unref();
