/** The front door: environment, listen, signals. The only file of the gateway that touches `process`. */
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { startGateway } from './app.ts';
import type { Config } from './config.ts';
import { validate } from './validate.ts';

const { config, warnings } = validatedOrExit();
const log = createLogger('gateway', config.logLevel);
for (const warning of warnings) log.warn({ setting: warning.split(':')[0] }, warning);

try {
  const gateway = await startGateway(config, log, Date.now);
  log.info(
    { url: gateway.url, ...(gateway.internalUrl ? { internalUrl: gateway.internalUrl } : {}) },
    'listening',
  );
  // To the console, not to the log: it is a secret.
  if (gateway.setupToken !== null)
    process.stderr.write(
      `No account exists yet. Set up at ${config.publicUrl ?? gateway.url}/setup#token=${gateway.setupToken}\n`,
    );
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

function validatedOrExit(): { config: Config; warnings: string[] } {
  const { config, refusals, warnings } = validate(process.env);
  if (config) return { config, warnings };
  const told = [
    ...refusals.map((words) => `  - ${words}`),
    ...warnings.map((words) => `  warning: ${words}`),
  ];
  process.stderr.write(`The environment is not right:\n${told.join('\n')}\n`);
  process.exit(1);
}
