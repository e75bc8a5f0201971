/**
 * Three capabilities that share one connection: the gateway holds the token, this container never sees it.
 */
import {
  configuration,
  createContainer,
  documents,
  identity,
  type CapabilityCall,
} from '@berth/plugin-kit/container';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { gitHub } from './github.ts';
import { manifest } from './manifest.ts';

const { PORT = '9012', HOST } = process.env;
const { BERTH_GATEWAY_URL: gatewayUrl = 'http://127.0.0.1:8000', BERTH_INTERNAL_URL: internalUrl } =
  process.env;

const container = createContainer({ manifest, gatewayUrl, internalUrl });
const github = gitHub(container.connections, 'github');

function repositoryOf({ options }: CapabilityCall): string {
  const repository = options['repository'];
  if (typeof repository === 'string' && /^[\w.-]+\/[\w.-]+$/.test(repository)) return repository;
  throw new Problem('bad-request', { detail: 'The option "repository" is not of the form owner/name.' });
}

/** The cursor is the number of a page. */
function pageOf(cursor: string | null): number {
  return Math.max(1, Math.trunc(Number(cursor ?? '1')) || 1);
}

container.capability(
  'variables',
  configuration({
    keys: async (_, call) => {
      const repository = repositoryOf(call);
      const [plain, secret] = await Promise.all([github.variables(repository), github.secrets(repository)]);
      return {
        keys: [
          ...plain.map(({ name: key, updated_at }) => ({ key, updated_at, data_type: 'variable' })),
          ...secret.map(({ name: key, updated_at }) => ({
            key,
            updated_at,
            data_type: 'secret',
            is_secret: true,
          })),
        ],
      };
    },
    values: async ({ keys }, call) => {
      const all = await github.variables(repositoryOf(call));
      const wanted = all.filter(({ name }) => keys === null || keys.includes(name));
      return { values: Object.fromEntries(wanted.map(({ name, value }) => [name, value])) };
    },
    set: async ({ key, value, is_secret }, call) => {
      if (is_secret)
        throw new Problem('conflict', { detail: 'Secrets of GitHub are set on its own pages alone.' });
      await github.setVariable(repositoryOf(call), key, value);
      return {};
    },
    delete: async ({ key }, call) => {
      await github.deleteVariable(repositoryOf(call), key);
      return {};
    },
  }),
);
container.capability(
  'files',
  documents({
    search: async ({ query, limit, cursor }, call) => {
      const page = pageOf(cursor);
      const found = await github.findFiles(repositoryOf(call), query, { limit, page });
      return {
        items: found.items.map(({ path, html_url }) => ({ id: path, title: path, url: html_url })),
        next_cursor: found.total_count > page * limit ? String(page + 1) : null,
      };
    },
    read: async ({ id }, call) => {
      const { name, encoding, content, html_url } = await github.file(repositoryOf(call), id);
      if (encoding !== 'base64')
        throw new Problem('conflict', { detail: 'GitHub gives this file out as a link.' });
      const text = Buffer.from(content, 'base64').toString('utf8');
      const content_type = /\.(?:md|markdown)$/i.test(name)
        ? ('text/markdown' as const)
        : ('text/plain' as const);
      return { id, title: name, content_type, text, url: html_url };
    },
  }),
);
container.capability(
  'people',
  identity({
    people: async ({ query, limit, cursor }) => {
      const page = pageOf(cursor);
      const found = await github.findPeople(query, { limit, page });
      return {
        items: found.items.map(({ id, login, html_url }) => ({ id: String(id), name: login, url: html_url })),
        next_cursor: found.total_count > page * limit ? String(page + 1) : null,
      };
    },
    groups: async ({ query, limit, cursor }, call) => {
      const page = pageOf(cursor);
      const [owner = ''] = repositoryOf(call).split('/');
      const found = await github.teams(owner, { limit, page });
      const words = query.toLowerCase();
      return {
        items: found
          .filter(({ name }) => name.toLowerCase().includes(words))
          .map(({ id, name, description }) => ({ id: String(id), name, description: description ?? '' })),
        next_cursor: found.length === limit ? String(page + 1) : null,
      };
    },
  }),
);
const { stop } = await container.serve({ port: Number(PORT), host: HOST });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
