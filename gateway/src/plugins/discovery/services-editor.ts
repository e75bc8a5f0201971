/**
 * Writes `services.yaml`: whole or not at all, one writer at a time. What is written is found by the watch.
 */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withService, type NewService, type ServicesEdit } from './services-edit.rules.ts';

export type ServicesEditor = {
  /** @returns why it cannot be written, in words; `null` when it can */
  whyNot: () => Promise<string | null>;
  /** @throws ServicesNotWritable */
  add: (service: NewService & { caPem?: string | undefined }) => Promise<ServicesEdit>;
  read: () => Promise<ServicesText>;
  /** @param ifMatch an etag of `read`; `null`: whatever stands there @throws ServicesNotWritable */
  edit: (change: (text: string | null) => ServicesEdit, ifMatch: string | null) => Promise<ServicesEdit>;
};

/** `text` is `null` where there is no file. */
export type ServicesText = { text: string | null; etag: string };

export class ServicesNotWritable extends Error {
  override readonly name = 'ServicesNotWritable';
}

export function servicesEditor(path: string): ServicesEditor {
  const folder = dirname(path);
  let queue: Promise<unknown> = Promise.resolve();

  const whyNot = async (): Promise<string | null> => {
    const file = await codeOf(() => access(path, constants.W_OK));
    if (file !== null && file !== 'ENOENT') return wordsFor(file);
    // A rename needs the folder, and so does a file that is not there yet.
    const place = await codeOf(() => access(folder, constants.W_OK));
    if (place === 'ENOENT') return null;
    return place === null ? null : wordsFor(place);
  };

  const read: ServicesEditor['read'] = async () => {
    const text = await readOrNull(path);
    return {
      text,
      etag: `"${createHash('sha256')
        .update(text ?? '')
        .digest('base64url')
        .slice(0, 22)}"`,
    };
  };

  const editNow: ServicesEditor['edit'] = async (change, ifMatch) => {
    const { text, etag } = await read();
    if (ifMatch !== null && ifMatch !== '*' && ifMatch !== etag)
      return { ok: false, reason: 'stale', detail: 'services.yaml was changed meanwhile' };
    const edit = change(text);
    if (edit.ok) await replace(path, edit.text);
    return edit;
  };

  const addNow: ServicesEditor['add'] = async ({ caPem, ...service }) => {
    const caName = caPem === undefined ? undefined : `${service.id}.ca.pem`;
    const edit = withService(await readOrNull(path), { ...service, ca: caName ?? service.ca });
    if (!edit.ok) return edit;
    await mkdir(folder, { recursive: true });
    if (caName !== undefined && caPem !== undefined) await replace(join(folder, caName), caPem);
    await replace(path, edit.text);
    return edit;
  };

  const inTurn = (work: () => Promise<ServicesEdit>): Promise<ServicesEdit> => {
    const done = queue.then(async () => {
      try {
        return await work();
      } catch (error) {
        const code = errorCode(error);
        if (code === undefined) throw error;
        throw new ServicesNotWritable(wordsFor(code), { cause: error });
      }
    });
    queue = done.catch(() => {});
    return done;
  };

  return {
    whyNot,
    read,
    add: (service) => inTurn(() => addNow(service)),
    edit: (change, ifMatch) => inTurn(() => editNow(change, ifMatch)),
  };
}

/** Through a new file and a rename: no reader sees half a list. Its mode stays as it was. */
export async function replace(path: string, text: string): Promise<void> {
  const mode = await stat(path).then(
    (found) => found.mode & 0o777,
    () => 0o644,
  );
  const temporary = `${path}.${randomBytes(4).toString('hex')}.new`;
  try {
    await writeFile(temporary, text, { flag: 'wx', mode });
    await using file = await open(temporary, 'r+');
    await file.sync();
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw cause;
  }
}

export async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function codeOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return errorCode(error) ?? 'unknown reason';
  }
}

function wordsFor(code: string): string {
  switch (code) {
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return 'services.yaml is read-only for Berth. Write the lines into it yourself.';
    case 'EBUSY':
      return 'services.yaml is mounted as a single file and cannot be replaced. Mount its folder instead.';
    case 'ENOSPC':
      return 'The disk is full. Nothing was changed.';
    default:
      return `services.yaml cannot be written (${code}).`;
  }
}
