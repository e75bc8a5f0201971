/** Front door: environment, signals, exit code. */
import { EnvironmentError } from '@berth/plugin-kit/base/env.ts';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { startApp } from './app.ts';
import { readConfig } from './config.ts';

try {
  const config = readConfig(process.env);
  const log = createLogger('doc-service', config.logLevel);
  process.on('unhandledRejection', (err) => {
    log.fatal({ err }, 'unhandled');
    process.exit(1);
  });
  const app = await startApp({ config, log });
  const stop = (signal: string): void => {
    log.info({ signal }, 'stopping');
    void app.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  process.stderr.write(
    `${error instanceof EnvironmentError || !(error instanceof Error) ? String(error instanceof Error ? error.message : error) : (error.stack ?? error.message)}\n`,
  );
  process.exit(1);
}
