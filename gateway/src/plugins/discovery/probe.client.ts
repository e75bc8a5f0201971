/** Asks one container how it is and what it says of itself. Bounded in time and bytes; what comes back is still a stranger's. */
import { healthAnswer } from '@berth/plugin-kit/contract/health.ts';
import { identityHeaders } from '@berth/plugin-kit/contract/identity.ts';
import { manifestMaxBytes } from '@berth/plugin-kit/contract/manifest.ts';
import type { Dispatcher } from 'undici';
import { messageOf, requestBounded, type RequestFailure } from '#platform/bounded-request.ts';
import type { FailureKind } from '#platform/upstream/failure.ts';
import { maxManifestValues, readGuardedJson } from '../schema/guarded-json.rules.ts';
import type { ManifestAnswer, Probe, StageFailure } from './discovery.types.ts';

export type ProbeQuestion = {
  origin: string;
  /** With which the container may call back. */
  callback: string;
  healthPath: string;
  healthTimeoutMs: number;
  /** Of the admitted manifest, from this very origin; `null` asks for all of it. */
  etag: string | null;
  signal: AbortSignal;
};

const manifestTimeoutMs = 2000;
const healthMaxBytes = 64 * 1024;
const defaultHealthPath = '/health';

/**
 * Health first, then the manifest of a healthy one. Where nothing is at the health path (404), the manifest may name
 * another by now: it is read for that one word, and counts only when that address is healthy.
 */
export async function probe(dispatcher: Dispatcher, question: ProbeQuestion): Promise<Probe> {
  const health = await askHealth(dispatcher, question, question.healthPath, question.healthTimeoutMs);
  if (health.ok)
    return {
      isUp: true,
      status: health.status,
      detail: health.detail,
      manifest: await askManifest(dispatcher, question, question.etag),
    };
  const down: Probe = { isUp: false, failure: health.failure };
  if (!health.isAbsent) return down;
  const manifest = await askManifest(dispatcher, question, null);
  const named = manifest.kind === 'bytes' ? healthPathIn(manifest.bytes) : null;
  if (!named || named === question.healthPath) return down;
  const second = await askHealth(dispatcher, question, named, question.healthTimeoutMs);
  return second.ok
    ? { isUp: true, status: second.status, detail: second.detail, manifest }
    : { isUp: false, failure: second.failure };
}

type Health =
  | { ok: true; status: 'ok' | 'degraded'; detail: string | null }
  | { ok: false; failure: StageFailure; isAbsent: boolean };

async function askHealth(
  dispatcher: Dispatcher,
  { origin, callback, signal }: ProbeQuestion,
  path: string,
  timeoutMs: number,
): Promise<Health> {
  const answer = await requestBounded(dispatcher, {
    method: 'GET',
    path,
    headers: { accept: 'application/json', [identityHeaders.callback]: callback },
    timeoutMs,
    maxBytes: healthMaxBytes,
    signal,
  });
  if (!answer.ok) return { ok: false, failure: failureOf(answer, 'health', origin), isAbsent: false };
  const unhealthy = (message: string, hint: string): Health => ({
    ok: false,
    failure: { stage: 'health', message, hint },
    isAbsent: answer.status === 404,
  });
  if (answer.status >= 300 && answer.status < 400)
    return unhealthy(
      `GET ${path} answered a redirect (${answer.status})`,
      'Redirects are never followed: register the address that answers by itself.',
    );
  if (isPage(answer.headers['content-type']))
    return unhealthy(`GET ${path} answered ${answer.status} with a web page`, anotherProgram(origin));
  if (answer.status < 200 || answer.status > 299)
    return unhealthy(
      `GET ${path} answered ${answer.status}`,
      'It must answer 2xx with {"status":"ok"} when the container can serve.',
    );
  if (isEncoded(answer.headers['content-encoding']))
    return unhealthy(
      `GET ${path} answered a compressed body`,
      'The gateway asks for accept-encoding: identity.',
    );
  const json = readGuardedJson(answer.body);
  const read = healthAnswer.safeParse(json.ok ? json.value : undefined);
  if (!read.success)
    return unhealthy(
      `GET ${path} did not answer {"status":"ok"|"degraded"}`,
      'The body must be JSON as the contract says.',
    );
  return { ok: true, status: read.data.status, detail: read.data.detail ?? null };
}

async function askManifest(
  dispatcher: Dispatcher,
  { origin, callback, signal }: ProbeQuestion,
  etag: string | null,
): Promise<ManifestAnswer> {
  const answer = await requestBounded(dispatcher, {
    method: 'GET',
    path: '/plugin/manifest',
    headers: {
      accept: 'application/json',
      [identityHeaders.callback]: callback,
      ...(etag === null ? {} : { 'if-none-match': etag }),
    },
    timeoutMs: manifestTimeoutMs,
    maxBytes: manifestMaxBytes,
    signal,
  });
  const failed = (message: string, hint: string): ManifestAnswer => ({
    kind: 'failed',
    failure: { stage: 'manifest', message, hint },
  });
  if (!answer.ok)
    return { kind: 'failed', failure: { ...failureOf(answer, 'manifest', origin), stage: 'manifest' } };
  if (answer.status === 304 && etag !== null) return { kind: 'unchanged' };
  if (answer.status >= 300 && answer.status < 400)
    return failed(
      `the manifest answered a redirect (${answer.status})`,
      'Redirects are never followed: serve it at /plugin/manifest itself.',
    );
  if (answer.status !== 200)
    return failed(
      `the manifest answered ${answer.status}`,
      'GET /plugin/manifest must answer 200 with the manifest.',
    );
  if (isEncoded(answer.headers['content-encoding']))
    return failed('the manifest came compressed', 'The gateway asks for accept-encoding: identity.');
  if (!/^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;|$)/i.test(answer.headers['content-type'] ?? ''))
    return failed('the manifest did not come as JSON', 'content-type must be application/json.');
  return { kind: 'bytes', bytes: answer.body, etag: usableEtag(answer.headers['etag']) };
}

function failureOf(failed: RequestFailure, stage: 'health' | 'manifest', origin: string): StageFailure {
  const message = messageOf(failed);
  if (failed.failure === 'too-large')
    return { stage, message, hint: 'The contract allows 256 KiB for a manifest and 64 KiB for health.' };
  const { kind } = failed.failure;
  return { stage: stageOf(kind) ?? stage, kind, message, hint: hintFor(kind, origin) };
}

/** @returns `null` where the container was reached */
function stageOf(kind: FailureKind): 'resolve' | 'connect' | null {
  if (kind === 'resolve') return 'resolve';
  return kind === 'unreachable' || kind === 'refused' || kind === 'connect-timeout' || kind === 'tls'
    ? 'connect'
    : null;
}

function hintFor(kind: FailureKind, origin: string): string {
  switch (kind) {
    case 'resolve':
      return `The host name of ${origin} is not known here: check its spelling, and that both are on the same network.`;
    case 'tls':
      return `Check that it speaks https there (${origin}), that its certificate is for that name and not expired, and that this machine trusts who signed it (\`ca\` in services.yaml, or NODE_EXTRA_CA_CERTS).`;
    case 'unreachable':
      return `No network leads to ${origin}: check that both are on the same network, and firewalls between.`;
    case 'refused':
    case 'connect-timeout':
      return `Nothing takes connections at ${origin}: check that the container runs, its port, and that it listens on more than its own loopback.`;
    case 'busy':
    case 'wait-timeout':
    case 'head-timeout':
    case 'body-timeout':
      return 'The container is overloaded, hangs, or something between drops its packets.';
    case 'lost':
    case 'invalid':
    case 'unsendable':
      return `Check that ${origin} speaks HTTP (http:// or https://), and look into the container's log.`;
  }
}

/** Only the path: everything else waits for admission. */
function healthPathIn(bytes: Buffer): string | null {
  const json = readGuardedJson(bytes, maxManifestValues);
  if (!json.ok || typeof json.value !== 'object' || json.value === null) return null;
  const health = 'health' in json.value ? json.value.health : undefined;
  const path =
    typeof health === 'object' && health !== null && 'path' in health ? health.path : defaultHealthPath;
  return typeof path === 'string' && /^\/[A-Za-z0-9._~/-]{0,511}$/.test(path) ? path : null;
}

function isPage(type: string | undefined): boolean {
  return /^\s*text\/html\b/i.test(type ?? '');
}

function anotherProgram(origin: string): string {
  return `Another program seems to listen at ${origin}: check the port. The container's own page is below its ui.entry, not here.`;
}

function isEncoded(encoding: string | undefined): boolean {
  return encoding !== undefined && encoding.trim().toLowerCase() !== 'identity' && encoding.trim() !== '';
}

/** It goes back as a header and into the database. */
function usableEtag(etag: string | undefined): string | null {
  return etag !== undefined && /^(?:W\/)?"[\u0021\u0023-\u007e]{0,200}"$/.test(etag) ? etag : null;
}
