/** The certificate authorities that entries of `services.yaml` name, read beside it. */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readTrustedCa, type TrustedCa } from '#platform/upstream/upstream.ts';
import type { FileReading, ListedService } from './sources.rules.ts';

const maxBytes = 1024 * 1024;

/**
 * A service whose authority cannot be read is never asked with less proof than its entry wants: it is told and left
 * out, and what served under its id before goes on serving.
 * @param folder of `services.yaml`, where relative names begin
 */
export async function withAuthorities(listed: FileReading, folder: string): Promise<FileReading> {
  const reading: FileReading = {
    ...listed,
    services: [],
    unread: [...listed.unread],
    problems: [...listed.problems],
  };
  const proved = await Promise.all(
    listed.services.map(async (service) => ({ service, authority: await authorityOf(service, folder) })),
  );
  for (const { service, authority } of proved) {
    const { caFile, ...rest } = service;
    if (authority === null) reading.services.push(rest);
    else if (typeof authority === 'object') reading.services.push({ ...rest, ca: authority });
    else {
      reading.unread.push(service.id);
      reading.problems.push(say`services.yaml: ${service.id}: ca ${caFile ?? ''} ${authority}`);
    }
  }
  return reading;
}

/** @returns `null` where none is named, words where it is no good */
async function authorityOf({ caFile }: ListedService, folder: string): Promise<TrustedCa | string | null> {
  if (caFile === undefined) return null;
  const text = await read(resolve(folder, caFile));
  if (!text.ok) return text.reason;
  return readTrustedCa(text.content) ?? say`holds no certificate that can be read (PEM is wanted)`;
}

type Text = { ok: true; content: string } | { ok: false; reason: string };

async function read(path: string): Promise<Text> {
  try {
    await using file = await open(path);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(maxBytes + 1), 0, maxBytes + 1, 0);
    if (bytesRead > maxBytes) return { ok: false, reason: say`is larger than 1 MiB` };
    return { ok: true, content: buffer.toString('utf8', 0, bytesRead) };
  } catch (error) {
    const code = errorCode(error) ?? 'unknown reason';
    return { ok: false, reason: say`cannot be read (${code})` };
  }
}
