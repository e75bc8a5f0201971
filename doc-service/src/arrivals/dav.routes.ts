/**
 * A write-only WebDAV inbox, for scanners and phones: a file that is put here becomes a document, a folder
 * of the path is its folder in the archive. Nothing of the archive is shown or handed out.
 */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import type { Arriving, Received } from './arrivals.types.ts';
import {
  davPathOf,
  davRoot,
  finishedName,
  finiteDepth,
  hrefOf,
  isLitter,
  lockAnswer,
  multistatus,
  type DavPath,
} from './dav.rules.ts';
import type { Tally } from './tally.ts';
import { createDavSessions, type Written } from './dav-sessions.ts';

export const davMethods = [
  'OPTIONS',
  'GET',
  'HEAD',
  'PROPFIND',
  'PROPPATCH',
  'MKCOL',
  'MOVE',
  'LOCK',
  'UNLOCK',
  'DELETE',
] as const;
const xml = { 'content-type': 'application/xml; charset=utf-8' };
const folderEntry = { isFolder: true, sizeBytes: 0, filename: '', documentId: null };
const litterBytes = 1024 * 1024;

type Handle<Person> = (c: Context, path: DavPath, person: Person) => Promise<Response>;
type DavSessions = ReturnType<typeof createDavSessions>;
type Inbox<Person extends { userId: string }, Checked> = {
  at: (method: string, handle: Handle<Person>) => unknown;
  arriving: Arriving<Person, Checked>;
  tally: Pick<Tally, 'noted'>;
  sessions: DavSessions;
  now: () => number;
};

export function davRoutes<Person extends { userId: string }, Checked>(
  arriving: Arriving<Person, Checked>,
  tally: Pick<Tally, 'noted'>,
  now: () => number,
): Hono {
  const sessions = createDavSessions(now);
  const routes = new Hono();
  const at = (method: string, handle: Handle<Person>) =>
    routes.on(method, [davRoot, `${davRoot}/*`], (c) => {
      const path = davPathOf(new URL(c.req.url).pathname);
      if (!path) throw new Problem('bad-path');
      return handle(c, path, arriving.editorOf(c));
    });

  const inbox = { at, arriving, tally, sessions, now };
  answerQuestions(inbox);
  takeWrites(inbox);
  return routes;
}

/** What a client asks before and after it writes: what is there, and may it have it for itself? */
function answerQuestions<Person extends { userId: string }, Checked>({
  at,
  sessions,
  now,
}: Inbox<Person, Checked>): void {
  at('OPTIONS', async () => {
    const allow = ['PUT', ...davMethods].join(', ');
    return new Response(null, { status: 200, headers: { dav: '1, 2', allow, 'ms-author-via': 'DAV' } });
  });

  at('PROPFIND', async (c, { path }, person) => {
    const depth = c.req.header('depth') ?? '1';
    if (depth !== '0' && depth !== '1') return new Response(finiteDepth, { status: 403, headers: xml });
    const isFolderPath = path === '' || new URL(c.req.url).pathname.endsWith('/');
    const found = sessions.find(person.userId, path);
    if (!found && !isFolderPath) throw new Problem('not-found');
    const own = found ?? { ...folderEntry, modifiedAt: now() };
    const below = own.isFolder && depth === '1' ? sessions.list(person.userId, path) : [];
    const href = (each: string, isFolder: boolean) => hrefOf(prefixOf(c), each, isFolder);
    const entries = [[path, own] as const, ...below].map(
      ([each, entry]) => [href(each, entry.isFolder), entry] as const,
    );
    return new Response(multistatus(entries), { status: 207, headers: xml });
  });

  at('PROPPATCH', async (c, path, person) => {
    const entry = ownOf(sessions, path, person);
    const href = hrefOf(prefixOf(c), path.path, entry.isFolder);
    return new Response(multistatus([[href, entry]]), { status: 207, headers: xml });
  });

  at('LOCK', async (c, { path, name }, person) => {
    const found = sessions.find(person.userId, path);
    if (!found && name !== '')
      sessions.note(person.userId, path, { ...folderEntry, isFolder: false, filename: finishedName(name) });
    const token =
      /<(urn:uuid:[0-9a-f-]{36})>/i.exec(c.req.header('if') ?? '')?.[1] ?? `urn:uuid:${randomUUID()}`;
    const href = hrefOf(prefixOf(c), path, found?.isFolder ?? name === '');
    return new Response(lockAnswer(token, href), {
      status: found || name === '' ? 200 : 201,
      headers: { ...xml, 'lock-token': `<${token}>` },
    });
  });

  at('UNLOCK', async () => new Response(null, { status: 204 }));

  at('GET', async (c, path, person) => {
    if (c.req.method !== 'HEAD')
      throw new Problem('not-allowed', {
        detail: 'This inbox takes files and hands none out. They are in the archive.',
      });
    const { isFolder, sizeBytes } =
      path.path === '' ? { isFolder: true, sizeBytes: 0 } : ownOf(sessions, path, person);
    const headers: Record<string, string> = isFolder
      ? {}
      : { 'content-length': String(sizeBytes), 'content-type': 'application/pdf' };
    return new Response(null, { status: 200, headers });
  });
}

/** What a client writes: files, folders and other names for what it has just written. */
function takeWrites<Person extends { userId: string }, Checked>({
  at,
  arriving,
  tally,
  sessions,
}: Inbox<Person, Checked>): void {
  at('PUT', async (c, { path, folder, name }, person) => {
    if (name === '' || c.req.header('content-range') !== undefined)
      throw new Problem('bad-request', { detail: 'A whole file under a name is wanted.' });
    const before = sessions.find(person.userId, path);
    if (before?.isFolder) throw new Problem('conflict', { detail: 'There is a folder of this name.' });
    const checked = await arriving.check(person, folder === null ? {} : { category: folder });
    const chunks = await unlessEmpty(c);
    const filename = finishedName(name);
    const note = (written: Pick<Written, 'sizeBytes' | 'documentId'>): Response => {
      sessions.note(person.userId, path, { isFolder: false, filename, ...written });
      return new Response(null, { status: before ? 204 : 201 });
    };
    // Some clients first make the name, and what desktops leave beside a file is no document.
    if (chunks === null) return note({ sizeBytes: 0, documentId: before?.documentId ?? null });
    if (isLitter(name)) return note({ sizeBytes: await countedAway(chunks), documentId: null });
    const taken = await tally.noted({ way: 'dav', ownerId: person.userId, name: filename }, async () => {
      const received: Received = await arriving.receiveBytes(chunks, filename);
      const documentId = await arriving.take(received, person, checked);
      return { sizeBytes: received.sizeBytes, documentId };
    });
    return note(taken);
  });

  at('MKCOL', async (c, { path, name }, person) => {
    if (name === '' || sessions.find(person.userId, path))
      return new Response(null, { status: 405, headers: { allow: 'OPTIONS, PROPFIND' } });
    if (await unlessEmpty(c))
      throw new Problem('unsupported-media-type', { detail: 'No body is wanted here.' });
    await arriving.check(person, { category: path });
    sessions.note(person.userId, path, folderEntry);
    return new Response(null, { status: 201 });
  });

  at('MOVE', async (c, path, person) => {
    const entry = ownOf(sessions, path, person);
    const to = destinationOf(c);
    if (entry.isFolder || to.name === '')
      throw new Problem('not-allowed', { detail: 'Only a file that was just written can be renamed.' });
    const before = sessions.find(person.userId, to.path);
    if (before && (before.isFolder || c.req.header('overwrite')?.toUpperCase() === 'F'))
      return new Response(null, { status: 412 });
    const filename = finishedName(to.name);
    await arriving.check(person, to.folder === null ? {} : { category: to.folder });
    if (entry.documentId !== null)
      await arriving.rename(
        person,
        entry.documentId,
        { filename: entry.filename, category: path.folder },
        { filename, category: to.folder },
      );
    sessions.remove(person.userId, path.path);
    sessions.note(person.userId, to.path, { ...entry, filename });
    return new Response(null, { status: before ? 204 : 201 });
  });

  at('DELETE', async (_c, path, person) => {
    const found = sessions.find(person.userId, path.path);
    // An empty name, a folder of this hour, what a desktop left: none of them is in the archive.
    if (found?.documentId === null && sessions.remove(person.userId, path.path))
      return new Response(null, { status: 204 });
    throw new Problem('not-allowed', {
      detail: 'This inbox takes files and deletes none. Delete the document in the archive.',
    });
  });
}

/** @throws Problem 404 for what this person has not just written */
function ownOf(
  sessions: Pick<DavSessions, 'find'>,
  { path }: DavPath,
  { userId }: { userId: string },
): Written {
  const found = sessions.find(userId, path);
  if (!found) throw new Problem('not-found');
  return found;
}

/** What stands before this service's own paths for the client, as the gateway says. */
function prefixOf(c: Context): string {
  const given = c.req.header('x-forwarded-prefix') ?? '';
  return /^(?:\/[A-Za-z0-9._~-]+)+$/.test(given) ? given : '';
}

/** @throws Problem 400 for an address that is not one of this inbox */
function destinationOf(c: Context): DavPath {
  const given = c.req.header('destination');
  const base = `http://inbox${prefixOf(c)}`;
  const url = given !== undefined && URL.canParse(given, base) ? new URL(given, base) : null;
  const pathname = url?.pathname.startsWith(prefixOf(c)) ? url.pathname.slice(prefixOf(c).length) : '';
  const path = pathname.startsWith(`${davRoot}/`) ? davPathOf(pathname) : null;
  if (!path)
    throw new Problem('bad-request', { detail: 'Destination must be the address of a file in this inbox.' });
  return path;
}

/** @returns null where the body is empty, whether its length was announced or not */
async function unlessEmpty(c: Context): Promise<AsyncIterable<Uint8Array> | null> {
  if (!c.req.raw.body) return null;
  const chunks: AsyncIterator<Uint8Array> = Readable.from(c.req.raw.body)[Symbol.asyncIterator]();
  let first = await chunks.next();
  while (!first.done && first.value.byteLength === 0) first = await chunks.next();
  if (first.done) return null;
  const { value } = first;
  return (async function* () {
    try {
      yield value;
      for (;;) {
        const next = await chunks.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await chunks.return?.();
    }
  })();
}

/** @throws Problem 413 */
async function countedAway(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunks)
    if ((bytes += chunk.byteLength) > litterBytes) throw new Problem('body-too-large');
  return bytes;
}
