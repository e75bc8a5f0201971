/**
 * Configuration in an encrypted file: `VAULT_PASSPHRASE=… node examples/connector-vault/connector-vault.ts`.
 */
import { configuration, createContainer, type CapabilityCall } from '@berth/plugin-kit/container';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { manifest } from './manifest.ts';
import { vaultFile } from './vault-file.ts';

const { PORT = '9010', HOST, VAULT_FILE = 'data/connector-vault/vault', VAULT_PASSPHRASE } = process.env;
const { BERTH_GATEWAY_URL: gatewayUrl = 'http://127.0.0.1:8000', BERTH_INTERNAL_URL: internalUrl } =
  process.env;
if (!VAULT_PASSPHRASE) throw new Error('Set VAULT_PASSPHRASE: the file is sealed with it.');

const vault = await vaultFile(VAULT_FILE, VAULT_PASSPHRASE);
/** `VAULT_VALUE_REGION=eu` is the key `REGION` of every folder; it is set where the container is started. */
const fixed = new Map(
  Object.entries(process.env).flatMap(([name, value]) =>
    name.startsWith('VAULT_VALUE_') && value !== undefined
      ? [[name.slice('VAULT_VALUE_'.length), value] as const]
      : [],
  ),
);

function folderOf({ options }: CapabilityCall): string {
  const folder = options['folder'];
  if (typeof folder !== 'string' || folder === '')
    throw new Problem('bad-request', { detail: 'The option "folder" is not set.' });
  return folder.replace(/\/+$/, '');
}

function refuseFixed(key: string): void {
  if (fixed.has(key))
    throw new Problem('conflict', { detail: `"${key}" comes from the environment of the container.` });
}

const container = createContainer({ manifest, gatewayUrl, internalUrl });
container.capability(
  'keys',
  configuration({
    keys: async (_, call) => {
      const kept = await vault.folder(folderOf(call));
      return {
        keys: [
          ...[...fixed.keys()].map((key) => ({ key, data_type: 'environment' })),
          ...[...kept].map(([key, { is_secret, updated_at }]) => ({ key, is_secret, updated_at })),
        ].toSorted((one, other) => one.key.localeCompare(other.key)),
      };
    },
    values: async ({ keys }, call) => {
      const kept = await vault.folder(folderOf(call));
      const all = new Map([...[...kept].map(([key, { value }]) => [key, value] as const), ...fixed]);
      return { values: Object.fromEntries([...all].filter(([key]) => keys === null || keys.includes(key))) };
    },
    set: async ({ key, value, is_secret }, call) => {
      refuseFixed(key);
      await vault.set(folderOf(call), key, { value, is_secret, updated_at: new Date().toISOString() });
      return {};
    },
    delete: async ({ key }, call) => {
      refuseFixed(key);
      if (!(await vault.remove(folderOf(call), key)))
        throw new Problem('not-found', { detail: `There is no key "${key}".` });
      return {};
    },
  }),
);
const { stop } = await container.serve({ port: Number(PORT), host: HOST });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
