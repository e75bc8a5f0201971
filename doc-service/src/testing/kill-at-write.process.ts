/**
 * The service, or an import by the command line, in a process of its own that kills itself before it sends
 * its n-th statement that writes: started by tests alone.
 */
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import pg from 'pg';

const [what = '', nth = '', folder = ''] = process.argv.slice(2);
let left = Number.POSITIVE_INFINITY;

// Between two statements is where a process that dies leaves something half done.
pg.Client.prototype.query = new Proxy(pg.Client.prototype.query, {
  apply(query, client, given: unknown[]) {
    const [asked] = given;
    const text = typeof asked === 'object' && asked !== null && 'text' in asked ? asked.text : asked;
    if (typeof text === 'string' && /\b(?:INSERT|UPDATE|DELETE|COMMIT)\b/.test(text) && --left < 0)
      process.kill(process.pid, 'SIGKILL');
    const answer: unknown = Reflect.apply(query, client, given);
    return answer;
  },
});

if (what === 'import') {
  left = Number(nth);
  const { documentsImportPaperless } = await import('../cli/importing.ts');
  const code = await documentsImportPaperless.run([folder], {
    env: process.env,
    data: '',
    tell: () => {},
    databaseUrl: () => Promise.resolve(process.env['DOC_DATABASE_URL'] ?? ''),
  });
  process.exit(code ?? 0);
}
const { startApp } = await import('../app.ts');
const { readConfig } = await import('../config.ts');
const app = await startApp({
  config: readConfig(process.env),
  log: createLogger('doc-service', 'silent'),
  quietMs: 200,
  jwks: { keys: [] },
});
left = Number(nth);
await app.mail.lookNow();
process.exit(0);
