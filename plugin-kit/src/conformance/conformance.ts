/**
 * Asks a running container every question that the gateway will ask, and says what fails and how to mend it.
 * It changes nothing: patches that it sends are ones that a right container refuses, or that change nothing.
 */
import { healthAnswer } from '../contract/health.ts';
import { identityHeaders } from '../contract/identity.ts';
import { manifestMaxBytes, type Manifest } from '../contract/manifest.ts';
import { readManifest } from '../contract/read-manifest.ts';
import { problemContentType } from '../contract/problem.ts';
import {
  askOnce,
  excerpt,
  isGood,
  isRefused,
  jsonOf,
  note,
  seen,
  typeOf,
  type Answer,
  type Ask,
  type Finding,
} from './asking.ts';
import { askCapabilities } from './capability-questions.ts';
import { askBelowPrefix, askPageFiles } from './prefix-questions.ts';
import { askSettings } from './settings-questions.ts';

export type { Finding } from './asking.ts';

export type ConformanceOptions = {
  /** Where the container listens. */
  url: string;
  /** The id that it is, or will be, registered under. */
  id: string;
  /** Signs as the gateway does, for questions that need a caller. Without it these are left out. */
  assertion?: (pluginId: string) => Promise<string>;
  /** For each question. */
  timeoutMs?: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
};

/** Never throws for what the container does. */
export async function askContainer({
  url,
  id,
  assertion,
  timeoutMs = 5000,
  now = Date.now,
}: ConformanceOptions): Promise<Finding[]> {
  const base = url.endsWith('/') ? url.slice(0, -1) : url;
  const ask: Ask = (path, init = {}) => askOnce(base + path, init, timeoutMs);
  const findings: Finding[] = [];
  const manifest = await askManifest(ask, id, findings);
  await askHealth(ask, manifest?.health.path ?? '/health', manifest?.health.timeout_ms ?? 2000, findings);
  if (!manifest) return findings;
  await askIcon(ask, manifest, findings);
  await askUi(ask, manifest, findings);
  const paths = closedPaths(manifest);
  await askWithoutAssertion(ask, paths, findings);
  if (!assertion) return findings;
  const known: Ask = async (path, init = {}) =>
    ask(path, { ...init, headers: { ...init.headers, [identityHeaders.assertion]: await assertion(id) } });
  await askForeignAssertion(ask, paths, await assertion(`${id}-other`), findings);
  await askBelowPrefix(known, id, manifest, findings);
  await askUndeclared(known, findings);
  if (manifest.settings_schema) await askSettings(known, manifest, findings);
  await askCapabilities({ ask, known }, manifest, findings, now());
  return findings;
}

async function askHealth(ask: Ask, path: string, timeoutMs: number, findings: Finding[]): Promise<void> {
  const answer = await ask(path);
  note(
    findings,
    `Is GET ${path} answered with 2xx, without an assertion?`,
    isGood(answer),
    seen(answer),
    'Answer 200 without asking who asks; the gateway probes before it knows anybody.',
  );
  if (!answer || !isGood(answer)) return;
  const read = healthAnswer.safeParse(jsonOf(answer));
  note(
    findings,
    'Does health say {"status":"ok"} or {"status":"degraded"}?',
    read.success,
    read.success ? read.data.status : excerpt(answer.text),
    'Answer {"status":"ok"|"degraded","detail"?,"checks"?} as JSON.',
  );
  note(
    findings,
    `Does health answer within ${timeoutMs} ms?`,
    answer.tookMs < timeoutMs,
    `${Math.round(answer.tookMs)} ms`,
    'Check dependencies beside the request and answer what is known.',
  );
}

async function askManifest(ask: Ask, id: string, findings: Finding[]): Promise<Manifest | null> {
  const answer = await ask('/plugin/manifest');
  note(
    findings,
    'Is GET /plugin/manifest answered with 200, without an assertion?',
    answer?.status === 200,
    seen(answer),
    'Serve the manifest at /plugin/manifest to anybody; no redirects.',
  );
  if (answer?.status !== 200) return null;
  const type = answer.headers.get('content-type') ?? 'none';
  note(
    findings,
    'Is the manifest application/json?',
    type.startsWith('application/json'),
    type,
    'Set content-type: application/json.',
  );
  const { sizeBytes } = answer;
  note(
    findings,
    'Is the manifest at most 256 KiB?',
    sizeBytes <= manifestMaxBytes,
    `${sizeBytes} bytes`,
    'Move long texts and data out of the manifest.',
  );
  await askManifestEtag(ask, answer, findings);
  const reading = readManifest(jsonOf(answer));
  const errors = faultsOf(reading);
  note(
    findings,
    'Is the manifest valid?',
    reading.ok,
    errors.join('; ') || 'valid',
    'Check it against plugin-kit/manifest.schema.json in your editor.',
  );
  if (!reading.ok) return null;
  note(
    findings,
    'Is its id the one that it is registered under?',
    reading.manifest.id === id,
    reading.manifest.id,
    `Say "id": "${id}", or register the service under the manifest's id.`,
  );
  note(
    findings,
    'Does the manifest have known fields only?',
    reading.unknownFields.length === 0,
    reading.unknownFields.join(', ') || 'none unknown',
    'Mend the spelling, or call a field of your own x-….',
  );
  return reading.manifest;
}

async function askManifestEtag(ask: Ask, first: Answer, findings: Finding[]): Promise<void> {
  const etag = first.headers.get('etag');
  note(
    findings,
    'Has the manifest an ETag?',
    etag !== null,
    etag ?? 'none',
    'Send an ETag, for example a hash of the body.',
  );
  if (etag === null) return;
  const again = await ask('/plugin/manifest', { headers: { 'if-none-match': etag } });
  note(
    findings,
    'Is If-None-Match with that ETag answered with 304?',
    again?.status === 304,
    seen(again),
    'Compare If-None-Match with the ETag and answer 304 without a body.',
  );
}

/** What is inside is the gateway's to judge: it cleans the picture, and its report says what was left out. */
async function askIcon(ask: Ask, { icon }: Manifest, findings: Finding[]): Promise<void> {
  if (!/\.(?:png|svg)$/.test(icon)) return;
  const answer = await ask(`/${icon}`);
  note(
    findings,
    `Is the icon at /${icon} served, without an assertion?`,
    isGood(answer),
    seen(answer),
    'Serve the file at that path below the root to anybody, without a redirect, or name an icon of the set.',
  );
  if (!answer || !isGood(answer)) return;
  const length = answer.sizeBytes;
  note(
    findings,
    'Is the icon at most 64 KiB?',
    length <= 64 * 1024,
    `${length} bytes`,
    'Make it simpler: it is shown at 18 to 40 pixels.',
  );
}

async function askUi(ask: Ask, manifest: Manifest, findings: Finding[]): Promise<void> {
  if (!manifest.ui || manifest.ui.mode === 'none') return;
  const answer = await ask(manifest.ui.entry);
  note(
    findings,
    `Is the page at ${manifest.ui.entry} served as HTML, without an assertion?`,
    isGood(answer) && typeOf(answer).startsWith('text/html'),
    `${seen(answer)}, ${typeOf(answer)}`,
    'Serve static files below ui.entry to anybody; the gateway asks who may see them.',
  );
  if (!answer || !isGood(answer)) return;
  await askPageFiles(ask, manifest.ui.entry, answer, findings);
}

/** Addresses that nobody may ask for without the gateway's word. */
function closedPaths(manifest: Manifest): { method: string; path: string }[] {
  const routes = manifest.routes.filter(
    ({ access, stream }) => access?.public !== true && stream !== 'websocket',
  );
  const asked = routes.map(({ methods, path }) => ({
    method: methods.includes('GET') ? 'GET' : (methods[0] ?? 'GET'),
    path: path.replace(/\/?\*\*$/, '').replaceAll('*', 'x') || '/',
  }));
  return [...(manifest.settings_schema ? [{ method: 'GET', path: '/plugin/settings' }] : []), ...asked];
}

async function askWithoutAssertion(
  ask: Ask,
  paths: { method: string; path: string }[],
  findings: Finding[],
): Promise<void> {
  const forged = {
    [identityHeaders.userId]: '00000000-0000-4000-8000-000000000001',
    [identityHeaders.superuser]: 'true',
  };
  for (const { method, path } of paths) {
    const answer = await ask(path, { method, headers: forged });
    note(
      findings,
      `Is ${method} ${path} refused without an assertion, whatever x-user-id says?`,
      isRefused(answer),
      seen(answer),
      'Verify x-berth-assertion and answer 401 without it; plain headers can be written by anybody.',
    );
  }
}

async function askForeignAssertion(
  ask: Ask,
  paths: { method: string; path: string }[],
  foreign: string,
  findings: Finding[],
): Promise<void> {
  const first = paths[0];
  if (!first) return;
  const answer = await ask(first.path, {
    method: first.method,
    headers: { [identityHeaders.assertion]: foreign },
  });
  note(
    findings,
    'Is an assertion for another plugin refused?',
    isRefused(answer),
    seen(answer),
    "Check that the assertion's aud is your own id.",
  );
}

async function askUndeclared(ask: Ask, findings: Finding[]): Promise<void> {
  const answer = await ask('/berth-conformance/not-declared');
  note(
    findings,
    'Is an undeclared route answered with 404?',
    answer?.status === 404,
    seen(answer),
    'Answer 404 for what the manifest does not list.',
  );
  note(
    findings,
    'Are errors application/problem+json?',
    typeOf(answer).startsWith(problemContentType),
    typeOf(answer),
    'Answer errors as RFC 9457 says, with type, title and status.',
  );
}

function faultsOf(reading: ReturnType<typeof readManifest>): string[] {
  if (reading.ok) return [];
  if (reading.reason === 'incompatible') return [reading.detail];
  return reading.errors.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`);
}
