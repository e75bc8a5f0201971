/** The databases of the servers: those of the environment, or the embedded ones, which run while a command needs them. */
import { join } from 'node:path';
import { startPostgres, type EmbeddedPostgres } from '../../scripts/start/postgres.ts';

export type Server = 'gateway' | 'doc-service';

/** As `npm start` names them. */
const known: Readonly<Record<Server, { variable: string; name: string }>> = {
  gateway: { variable: 'DATABASE_URL', name: 'berth' },
  'doc-service': { variable: 'DOC_DATABASE_URL', name: 'berth_documents' },
};

export type Databases = {
  urlOf: (server: Server) => Promise<string>;
  /** Stops the embedded PostgreSQL where this process started it. */
  close: () => Promise<void>;
};

export function databasesOf(env: Readonly<Record<string, string | undefined>>, data: string): Databases {
  let embedded: Promise<EmbeddedPostgres> | null = null;
  return {
    urlOf: async (server) => {
      const { variable, name } = known[server];
      const given = env[variable];
      if (given) return given;
      embedded ??= startPostgres(join(data, 'postgres'));
      return (await embedded).database(name);
    },
    close: async () => {
      const postgres = await embedded?.catch(() => null);
      if (postgres && !postgres.wasRunning) await postgres.stop();
    },
  };
}
