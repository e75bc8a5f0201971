/** M8: a publisher signs a catalogue with the command line, and anybody checks it. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Command } from '@berth/plugin-kit/base/command.ts';
import { catalogueSign, catalogueVerify } from './catalogue.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-catalogue-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(command: Command, ...args: string[]): Promise<string> {
  const lines: string[] = [];
  await command.run(args, {
    env: {},
    data: folder,
    tell: (line) => lines.push(line),
    databaseUrl: () => Promise.reject(new Error('no database is needed')),
  });
  return lines.join('\n');
}

test('M8 sign makes a key, signs an entry and the whole; verify finds a changed byte', async () => {
  const file = join(folder, 'catalogue.json');
  const key = join(folder, 'key.pem');
  const entry = {
    id: 'cranes',
    name: 'Cranes',
    version: '1.0.0',
    summary: 'Lifts things.',
    publisher: { name: 'Quay & Co' },
    image: `registry.example/cranes@sha256:${'0a'.repeat(32)}`,
    port: 9100,
  };
  const body = { format: 1, name: 'Ours', serial: 1, issued_at: '2026-11-01T00:00:00Z', entries: [entry] };
  await writeFile(file, JSON.stringify(body));
  await run(catalogueSign, file, '--key', key, '--entry', 'cranes');
  const said = await run(catalogueSign, file, '--key', key);
  const publicKey = said.split(' ').at(-1) ?? '';
  expect((await stat(key)).mode & 0o077).toBe(0);
  expect(await run(catalogueVerify, file, '--key', publicKey)).toBe('Ours, serial 1: 1 entry.');

  const signed = await readFile(file, 'utf8');
  await writeFile(file, signed.replace('Lifts', 'Drops'));
  await expect(run(catalogueVerify, file, '--key', publicKey)).rejects.toThrow('changed after it was signed');
  await writeFile(file, '{"format": 1, "entries": [], "serial": 0}');
  await expect(run(catalogueSign, file, '--key', key)).rejects.toThrow('cannot be signed: /name');
  await expect(run(catalogueVerify, file)).rejects.toThrow('Usage: berth catalogue verify');
});
