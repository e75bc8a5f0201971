/** Preloaded into our processes: when whoever started them is gone, their standard input ends, and so do they, in order. */
process.stdin.once('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.once('error', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.resume();
// Listening alone keeps nobody alive.
process.stdin.unref();
