/** For the start that npm, or our own `.mjs`, began: when that process is gone, kill -9 included, so are we, in order. */
export const parent = process.ppid;
const lookEveryMs = 500;

const timer = setInterval(() => {
  // An orphan is given to another parent.
  if (process.ppid === parent) return;
  clearInterval(timer);
  process.kill(process.pid, 'SIGTERM');
}, lookEveryMs).unref();
