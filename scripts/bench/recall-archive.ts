/** The archive itself, with a database and folders of its own, and a gateway that is only a key. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { z } from 'zod';
import { startApp } from '../../doc-service/src/app.ts';
import { startPostgres } from '../start/postgres.ts';

const status = z.object({ counts: z.object({ searchable: z.number(), stuck: z.number() }) });
const list = z.object({ items: z.array(z.object({ filename: z.string() })) });

export async function startArchive() {
  const scratch = await mkdtemp(join(tmpdir(), 'berth-recall-'));
  const watch = join(scratch, 'watch');
  await mkdir(watch);
  const postgres = await startPostgres(join(scratch, 'postgres'));
  const keys = await generateKeyPair('EdDSA');
  const app = await startApp({
    config: {
      port: 0,
      host: '127.0.0.1',
      databaseUrl: await postgres.database('recall'),
      watchFolder: watch,
      vaultFolder: join(scratch, 'vault'),
      gatewayUrl: 'http://127.0.0.1:1',
      internalUrl: undefined,
      logLevel: 'silent',
    },
    log: createLogger('recall', 'silent'),
    quietMs: 300,
    jwks: { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'bench', alg: 'EdDSA' }] },
  });
  /** As the gateway does: one that is old is refused. */
  const assertion = (): Promise<string> =>
    new SignJWT({ groups: [], superuser: true, name: 'Bench' })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'bench' })
      .setIssuer('berth')
      .setAudience('doc-service')
      .setSubject('11111111-1111-4111-8111-111111111111')
      .setIssuedAt()
      .setExpirationTime('2m')
      .sign(keys.privateKey);
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(new URL(path, app.serving.url), {
      headers: { 'x-berth-assertion': await assertion() },
    });
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
    return answer.json();
  };
  return {
    drop: (name: string, bytes: Uint8Array) => writeFile(join(watch, name), bytes),
    /** Waits until all are found, or stuck. */
    async searchable(count: number): Promise<void> {
      for (;;) {
        const { counts } = status.parse(await ask('/documents/status'));
        if (counts.searchable + counts.stuck >= count) return;
        await pause(500);
      }
    },
    /** File names on the first page of what a query finds. */
    async found(query: string): Promise<string[]> {
      const { items } = list.parse(await ask(`/documents?page_size=50&q=${encodeURIComponent(query)}`));
      return items.map(({ filename }) => filename);
    },
    async close(): Promise<void> {
      await app.stop();
      await postgres.stop();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
