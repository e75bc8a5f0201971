/** The vault as a whole, for what concerns all of its contents: an export, an import, an examination. */
import type { Readable } from 'node:stream';
import { checkVault, type VaultCheck } from './vault-check.ts';
import type { Kept } from './drafts.ts';
import type { Vault } from './vault.ts';

export type Originals = VaultCheck & {
  read: (sha256: string) => Readable;
  keep: (chunks: AsyncIterable<Uint8Array>) => Promise<Kept>;
};

export function originalsOf(vault: Pick<Vault, 'pathOf' | 'read' | 'keepStream'>, folder: string): Originals {
  return {
    ...checkVault(folder, vault.pathOf),
    read: (sha256) => vault.read(sha256),
    keep: (chunks) => vault.keepStream(chunks, Number.MAX_SAFE_INTEGER),
  };
}
