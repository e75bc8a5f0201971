/**
 * Applies an entry of a catalogue through the API of Kubernetes, with the token of a service account. Objects
 * that are there already are not taken over, and what was made of half an entry is deleted again.
 */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { messageOf, requestBounded } from '#platform/bounded-request.ts';
import { openPool } from '#platform/upstream/transport.ts';
import { readTrustedCa } from '#platform/upstream/upstream.ts';
import type { Runtime } from './catalogue-state.ts';
import { kubernetesObjects, type KubernetesObject } from './kubernetes.rules.ts';

export type KubernetesOptions = {
  namespace: string;
  /** Of the API. */
  origin: string;
  /**
   * With `token` and `ca.crt`, as Kubernetes mounts them. The token is renewed: it is read anew each time.
   */
  accountFolder: string;
};

const timeoutMs = 10_000;
const maxBytes = 1024 * 1024;
const plurals = {
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Service: 'services',
  Deployment: 'deployments',
};

/** Why an entry was not applied, in words for a superuser. */
class NotApplied extends Error {
  override readonly name = 'NotApplied';
  readonly reason: 'taken' | 'unreadable';
  constructor(detail: string, reason: 'taken' | 'unreadable' = 'unreadable') {
    super(detail);
    this.reason = reason;
  }
}

/** What was asked may have happened all the same. */
class Unanswered extends NotApplied {}

export function kubernetesRuntime(options: KubernetesOptions): Runtime {
  const { namespace } = options;
  return {
    kind: 'kubernetes',
    file: `the namespace ${namespace}`,
    starts: true,
    write: async (entry, variables) => {
      if (entry.image === undefined)
        return {
          ok: false,
          reason: 'unreadable',
          detail: say`"${entry.name}" has no image. Build one, push it to your registry, and apply it yourself.`,
        };
      const objects = kubernetesObjects(entry, variables, namespace);
      const made: KubernetesObject[] = [];
      const undo = async (): Promise<void> => {
        if (made.length === 0) return;
        await withApi(options, async (api) => {
          for (const object of made.toReversed()) await api.remove(object);
        });
      };
      try {
        await withApi(options, async (api) => {
          for (const object of objects) {
            if (await api.isThere(object)) continue;
            await api.make(object, () => made.push(object));
          }
        });
        return { ok: true, text: '', undo };
      } catch (cause) {
        if (!(cause instanceof NotApplied)) throw cause;
        const left = await undo().then(
          () => '',
          () => 'What was made before could not be deleted: look for it.',
        );
        return { ok: false, reason: cause.reason, detail: [cause.message, left].join(' ').trim() };
      }
    },
    start: () => Promise.resolve(null),
    runs: async (ids) => {
      const found = await withApi(options, (api) =>
        Promise.all(ids.map(async (id) => ((await api.isOurs(ownObjects(id, namespace)[0])) ? [id] : []))),
      ).catch(() => []);
      return new Set(found.flat());
    },
    remove: async (id) => {
      try {
        await withApi(options, async (api) => {
          for (const object of ownObjects(id, namespace))
            if (await api.isOurs(object)) await api.remove(object);
        });
        return { ok: true, isStopped: true };
      } catch (cause) {
        if (!(cause instanceof NotApplied)) throw cause;
        return { ok: false, detail: cause.message };
      }
    },
  };
}

/** What runs under an id; its claims stay, with their data. */
function ownObjects(id: string, namespace: string): readonly [Named, Named] {
  const metadata = { name: id, namespace, labels: {} };
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata },
    { apiVersion: 'v1', kind: 'Service', metadata },
  ];
}

type Named = Omit<KubernetesObject, 'spec'>;
type Api = {
  /** Whether it is there, and Berth made it. @throws NotApplied */
  isOurs: (object: Named) => Promise<boolean>;
  /** @returns `true` for a volume: its data outlives the container @throws NotApplied for anything else */
  isThere: (object: KubernetesObject) => Promise<boolean>;
  /** @param onMade also called where no answer came: it may be there @throws NotApplied */
  make: (object: KubernetesObject, onMade: () => void) => Promise<void>;
  /** @throws NotApplied */
  remove: (object: Named) => Promise<void>;
};

async function withApi<Result>(
  { namespace, origin, accountFolder }: KubernetesOptions,
  work: (api: Api) => Promise<Result>,
): Promise<Result> {
  const [token, caText] = await Promise.all([
    textIn(join(accountFolder, 'token')),
    origin.startsWith('https:') ? textIn(join(accountFolder, 'ca.crt')) : '',
  ]);
  const ca = readTrustedCa(caText) ?? undefined;
  const pool = openPool({ origin, ca }, { connectTimeoutMs: 3_000, connections: 1 });
  const headers = { authorization: `Bearer ${token.trim()}`, accept: 'application/json' };
  const pathOf = ({ apiVersion, kind, metadata }: Named): string => {
    const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
    return `${group}/namespaces/${namespace}/${plurals[kind]}/${metadata.name}`;
  };
  const tellOf = ({ kind, metadata }: Named): string => `the ${kind} "${metadata.name}" of ${namespace}`;
  const isOurs: Api['isOurs'] = async (object) => {
    const present = await answered(pool, { method: 'GET', path: pathOf(object), headers });
    if (present.status === 404) return false;
    if (present.status !== 200) throw new NotApplied(refusal(`to read ${tellOf(object)}`, present));
    return present.manager === 'berth';
  };
  const isThere: Api['isThere'] = async (object) => {
    const present = await answered(pool, { method: 'GET', path: pathOf(object), headers });
    if (present.status === 404) return false;
    if (present.status !== 200) throw new NotApplied(refusal(`to read ${tellOf(object)}`, present));
    if (object.kind === 'PersistentVolumeClaim') return true;
    throw new NotApplied(`There is ${tellOf(object)} already.`, 'taken');
  };
  const make: Api['make'] = async (object, onMade) => {
    const asked = answered(pool, {
      method: 'PATCH',
      path: `${pathOf(object)}?fieldManager=berth&fieldValidation=Strict`,
      headers: { ...headers, 'content-type': 'application/apply-patch+yaml' },
      body: JSON.stringify(object),
    });
    const applied = await asked.catch((cause: unknown) => {
      if (cause instanceof Unanswered) onMade();
      throw cause;
    });
    if (applied.status >= 300) throw new NotApplied(refusal(tellOf(object), applied));
    onMade();
  };
  const remove: Api['remove'] = async (object) => {
    const gone = await answered(pool, { method: 'DELETE', path: pathOf(object), headers });
    if (gone.status >= 300 && gone.status !== 404) throw new NotApplied(refusal(tellOf(object), gone));
  };
  try {
    return await work({ isOurs, isThere, make, remove });
  } finally {
    await pool.destroy();
  }
}

type Asked = Pick<Parameters<typeof requestBounded>[1], 'method' | 'path' | 'headers' | 'body'>;
/** `manager`: what the object's label says manages it. */
type Answered = { status: number; words: string; manager: string | null };

/** @throws Unanswered */
async function answered(dispatcher: Dispatcher, asked: Asked): Promise<Answered> {
  const answer = await requestBounded(dispatcher, { ...asked, timeoutMs, maxBytes });
  if (!answer.ok) throw new Unanswered(`The API of Kubernetes: ${messageOf(answer)}.`);
  return { status: answer.status, ...saidIn(answer.body.toString('utf8')) };
}

function refusal(what: string, { status, words }: Answered): string {
  return `Kubernetes refused ${what}: ${status}${words === '' ? '' : `, ${words}`}.`;
}

const said = z.object({
  message: z.string().catch(''),
  metadata: z
    .object({ labels: z.object({ 'app.kubernetes.io/managed-by': z.string() }) })
    .nullable()
    .catch(null),
});

/** Kubernetes says why in the `message` of a Status. */
function saidIn(text: string): Omit<Answered, 'status'> {
  const read = said.safeParse(parsed(text));
  if (!read.success) return { words: '', manager: null };
  const { message, metadata } = read.data;
  return {
    words: message.slice(0, 300).replace(/\.$/, ''),
    manager: metadata?.labels['app.kubernetes.io/managed-by'] ?? null,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @throws NotApplied */
async function textIn(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new NotApplied(`${file} cannot be read: Berth needs a service account.`);
  }
}
