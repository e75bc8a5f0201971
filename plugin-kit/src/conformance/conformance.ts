/**
 * Asks a running container every question that the gateway will ask, and says what fails and how to mend it.
 * It changes nothing: patches that it sends are ones that a right container refuses, or that change nothing.
 */
import { healthAnswer } from '../contract/health.ts';
import { identityHeaders } from '../contract/identity.ts';
import { manifestMaxBytes, readManifest, type Manifest } from '../contract/manifest.ts';
import { problemContentType } from '../contract/problem.ts';
import { isObject, maskSecrets, type Json, type JsonObject } from '../contract/settings.ts';

export type Finding = {
  question: string;
  ok: boolean;
  /** What was seen. */
  detail: string;
  /** What to do about it; empty when all is well. */
  fix: string;
};

export type ConformanceOptions = {
  /** Where the container listens. */
  url: string;
  /** The id that it is, or will be, registered under. */
  id: string;
  /** Signs as the gateway does, for questions that need a caller. Without it these are left out. */
  assertion?: (pluginId: string) => Promise<string>;
  /** For each question. */
  timeoutMs?: number;
};

/** Never throws for what the container does. */
export async function askContainer({ url, id, assertion, timeoutMs = 5000 }: ConformanceOptions): Promise<Finding[]> {
  const base = url.endsWith('/') ? url.slice(0, -1) : url;
  const ask: Ask = (path, init = {}) => askOnce(base + path, init, timeoutMs);
  const findings: Finding[] = [];
  const manifest = await askManifest(ask, id, findings);
  await askHealth(ask, manifest?.health.path ?? '/health', manifest?.health.timeout_ms ?? 2000, findings);
  if (!manifest) return findings;
  await askUi(ask, manifest, findings);
  const paths = closedPaths(manifest);
  await askWithoutAssertion(ask, paths, findings);
  if (!assertion) return findings;
  const known: Ask = async (path, init = {}) => ask(path, { ...init, headers: { ...init.headers, [identityHeaders.assertion]: await assertion(id) } });
  await askForeignAssertion(ask, paths, await assertion(`${id}-other`), findings);
  await askUndeclared(known, findings);
  if (manifest.settings_schema) await askSettings(known, manifest.settings_schema, findings);
  return findings;
}

type Init = { method?: string; headers?: Record<string, string>; body?: string };
type Answer = { status: number; headers: Headers; text: string; tookMs: number };
type Ask = (path: string, init?: Init) => Promise<Answer | null>;

async function askOnce(url: string, init: Init, timeoutMs: number): Promise<Answer | null> {
  const since = performance.now();
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    const text = await textUpTo(response, 4 * manifestMaxBytes);
    return { status: response.status, headers: response.headers, text, tookMs: performance.now() - since };
  } catch {
    return null;
  }
}

async function textUpTo(response: Response, maxBytes: number): Promise<string> {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    text += decoder.decode(chunk, { stream: true });
    if (size > maxBytes) break;
  }
  return text + decoder.decode();
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
  note(findings, 'Is the manifest application/json?', type.startsWith('application/json'), type, 'Set content-type: application/json.');
  const sizeBytes = new TextEncoder().encode(answer.text).length;
  note(findings, 'Is the manifest at most 256 KiB?', sizeBytes <= manifestMaxBytes, `${sizeBytes} bytes`, 'Move long texts and data out of the manifest.');
  await askManifestEtag(ask, answer, findings);
  const reading = readManifest(jsonOf(answer));
  const errors = reading.ok
    ? []
    : reading.reason === 'incompatible'
      ? [reading.detail]
      : reading.errors.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`);
  note(findings, 'Is the manifest valid?', reading.ok, errors.join('; ') || 'valid', 'Check it against plugin-kit/manifest.schema.json in your editor.');
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
  note(findings, 'Has the manifest an ETag?', etag !== null, etag ?? 'none', 'Send an ETag, for example a hash of the body.');
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
  const absolute = /(?:src|href|action)\s*=\s*["']?(\/[^"'\s>]*)/i.exec(answer.text)?.[1];
  note(
    findings,
    'Has the page relative links only?',
    absolute === undefined,
    absolute ?? 'relative',
    'Write "app.js" instead of "/app.js": the page lives below /apps/{id}/.',
  );
}

/** Addresses that nobody may ask for without the gateway's word. */
function closedPaths(manifest: Manifest): { method: string; path: string }[] {
  const routes = manifest.routes.filter(({ access, stream }) => access?.public !== true && stream !== 'websocket');
  const asked = routes.map(({ methods, path }) => ({
    method: methods.includes('GET') ? 'GET' : (methods[0] ?? 'GET'),
    path: path.replace(/\/?\*\*$/, '').replaceAll('*', 'x') || '/',
  }));
  return [...(manifest.settings_schema ? [{ method: 'GET', path: '/plugin/settings' }] : []), ...asked];
}

async function askWithoutAssertion(ask: Ask, paths: { method: string; path: string }[], findings: Finding[]): Promise<void> {
  const forged = { [identityHeaders.userId]: '00000000-0000-4000-8000-000000000001', [identityHeaders.superuser]: 'true' };
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

async function askForeignAssertion(ask: Ask, paths: { method: string; path: string }[], foreign: string, findings: Finding[]): Promise<void> {
  const first = paths[0];
  if (!first) return;
  const answer = await ask(first.path, { method: first.method, headers: { [identityHeaders.assertion]: foreign } });
  note(findings, 'Is an assertion for another plugin refused?', isRefused(answer), seen(answer), "Check that the assertion's aud is your own id.");
}

async function askUndeclared(ask: Ask, findings: Finding[]): Promise<void> {
  const answer = await ask('/berth-conformance/not-declared');
  note(findings, 'Is an undeclared route answered with 404?', answer?.status === 404, seen(answer), 'Answer 404 for what the manifest does not list.');
  note(
    findings,
    'Are errors application/problem+json?',
    typeOf(answer).startsWith(problemContentType),
    typeOf(answer),
    'Answer errors as RFC 9457 says, with type, title and status.',
  );
}

async function askSettings(ask: Ask, schema: { [key: string]: unknown }, findings: Finding[]): Promise<void> {
  const answer = await ask('/plugin/settings');
  const settings = answer?.status === 200 ? jsonOf(answer) : undefined;
  const isThere = settings !== undefined && isObject(settings);
  note(
    findings,
    'Is GET /plugin/settings one JSON object?',
    isThere,
    isThere ? 'an object' : seen(answer),
    'Answer 200 and the present settings as one JSON object.',
  );
  if (!answer || !isThere) return;
  const etag = answer.headers.get('etag');
  note(findings, 'Have the settings an ETag?', etag !== null, etag ?? 'none', 'Send an ETag that changes with every change, of a secret too.');
  const leaks = leaksIn(maskSecrets(schema, settings), settings);
  note(
    findings,
    'Are secrets masked?',
    leaks.length === 0,
    leaks.join(', ') || 'masked',
    'Give back "********" for every writeOnly value that is set, and nothing for one that is not.',
  );
  await askPatches(ask, schema, settings, findings);
}

async function askPatches(ask: Ask, schema: { [key: string]: unknown }, settings: JsonObject, findings: Finding[]): Promise<void> {
  const patch = (body: string, headers: Record<string, string> = {}): Promise<Answer | null> =>
    ask('/plugin/settings', { method: 'PATCH', body, headers: { 'content-type': 'application/merge-patch+json', ...headers } });
  const stale = await patch('{}', { 'if-match': '"berth-conformance"' });
  note(
    findings,
    'Is a PATCH with an old If-Match refused with 412?',
    stale?.status === 412,
    seen(stale),
    'Compare If-Match with the present ETag before anything else.',
  );
  const same = await patch(JSON.stringify(settings));
  note(
    findings,
    'Is a PATCH of what is there, masks included, accepted?',
    same?.status === 200,
    seen(same),
    'Keep a secret whose mask is sent; answer 200 with the new settings.',
  );
  const isUnchanged = same?.status === 200 && JSON.stringify(jsonOf(same)) === JSON.stringify(settings);
  note(
    findings,
    'Does such a PATCH change nothing?',
    isUnchanged,
    isUnchanged ? 'unchanged' : excerpt(same?.text ?? ''),
    'The mask stands for the secret itself; merge as RFC 7396 says.',
  );
  const list = await patch('[]');
  note(
    findings,
    'Is a PATCH that is no object refused?',
    list?.status === 422 || list?.status === 400,
    seen(list),
    'Answer 422 for a body that is no JSON object.',
  );
  const wrong = wrongPatch(schema, (property) => property['readOnly'] !== true);
  if (wrong) {
    const answer = await patch(JSON.stringify(wrong));
    note(
      findings,
      `Is a wrong type (${Object.keys(wrong).join()}) refused with 422?`,
      answer?.status === 422,
      seen(answer),
      'Validate against settings_schema again by yourself.',
    );
    note(
      findings,
      'Does it say which field, by JSON Pointer?',
      pointersIn(answer).some((pointer) => pointer.startsWith('/')),
      excerpt(answer?.text ?? ''),
      'Answer errors: [{pointer, detail}].',
    );
  }
  const readOnly = wrongPatch(schema, (property) => property['readOnly'] === true);
  if (!readOnly) return;
  const answer = await patch(JSON.stringify(readOnly));
  note(
    findings,
    `Is a readOnly value (${Object.keys(readOnly).join()}) protected with 422?`,
    answer?.status === 422,
    seen(answer),
    'Refuse a PATCH that changes a readOnly property.',
  );
}

/** A patch with one property of a type that its schema does not have. */
function wrongPatch(schema: { [key: string]: unknown }, wants: (property: JsonObject) => boolean): JsonObject | null {
  const properties = schema['properties'];
  if (!isRecord(properties)) return null;
  for (const [key, property] of Object.entries(properties)) {
    if (!isRecord(property) || !wants(property) || typeof property['type'] !== 'string' || property['writeOnly'] === true) continue;
    return { [key]: property['type'] === 'object' ? 'berth-conformance' : { 'berth-conformance': true } };
  }
  return null;
}

function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Pointers at which masking changes what the container gave. */
function leaksIn(masked: Json | undefined, given: Json, at = ''): string[] {
  if (typeof given !== 'object' || given === null) return masked === given ? [] : [at || '/'];
  if (typeof masked !== 'object' || masked === null) return [at || '/'];
  const other = new Map(Object.entries(masked));
  return Object.entries(given).flatMap(([key, value]) => leaksIn(other.get(key), value, `${at}/${key}`));
}

function pointersIn(answer: Answer | null): string[] {
  const body = answer ? jsonOf(answer) : undefined;
  const errors = body !== undefined && isObject(body) ? body['errors'] : undefined;
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((error) => (isObject(error) && typeof error['pointer'] === 'string' ? [error['pointer']] : []));
}

function jsonOf(answer: Answer): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    return undefined;
  }
}

function note(findings: Finding[], question: string, ok: boolean, detail: string, fix: string): void {
  findings.push({ question, ok, detail, fix: ok ? '' : fix });
}

function isGood(answer: Answer | null): boolean {
  return answer !== null && answer.status >= 200 && answer.status < 300;
}

function isRefused(answer: Answer | null): boolean {
  return answer?.status === 401 || answer?.status === 403;
}

function seen(answer: Answer | null): string {
  return answer === null ? 'no answer in time' : `status ${answer.status}`;
}

function typeOf(answer: Answer | null): string {
  return answer?.headers.get('content-type') ?? 'no content-type';
}

function excerpt(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
