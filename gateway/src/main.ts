/** The front door: environment, listen, signals. The only file of the gateway that touches `process`. */
import { EnvironmentError } from '@berth/plugin-kit/base/env.ts';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { startGateway } from './app.ts';
import { readConfig, type Config } from './config.ts';

const config = configOrExit();
const log = createLogger('gateway', config.logLevel);

try {
  const gateway = await startGateway(config, log, Date.now);
  log.info({ url: gateway.url, ...(gateway.internalUrl ? { internalUrl: gateway.internalUrl } : {}) }, 'listening');
  // To the console, not to the log: it is a secret.
  if (gateway.setupToken !== null)
    process.stderr.write(`No account exists yet. Set up at ${config.publicUrl ?? gateway.url}/setup#token=${gateway.setupToken}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      void gateway.stop().then(() => process.exit(0));
    });
  }
} catch (err) {
  log.fatal({ err }, 'cannot start');
  process.exitCode = 1;
  // Gathered log lines go out before the process ends.
  log.flush(() => process.exit(1));
}

process.on('unhandledRejection', (err) => {
  log.fatal({ err }, 'a promise was dropped: this is a bug');
  log.flush(() => process.exit(1));
});

function configOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
