/** The service in a process of its own that is killed at a station: started by tests alone. */
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { startApp } from '../app.ts';
import { readConfig } from '../config.ts';

const station = process.argv[2];
const app = await startApp({
  config: readConfig(process.env),
  log: createLogger('doc-service', 'silent'),
  quietMs: 200,
  jwks: { keys: [] },
  checkpoint(name) {
    if (name === station) process.kill(process.pid, 'SIGKILL');
  },
});
process.send?.(app.serving.url);
