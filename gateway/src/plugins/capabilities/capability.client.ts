/**
 * Asks a container for one operation of a capability. What it says is read by the protocol of the kind, not
 * here.
 */
import { capabilityHeader } from '@berth/plugin-kit/contract/capabilities/capability.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Dispatcher } from 'undici';
import { requestBounded } from '#platform/bounded-request.ts';
import { failureOf } from '#platform/upstream/failure.ts';
import { readGuardedJson } from '../schema/guarded-json.rules.ts';
import type { CallOutcome, CapabilityCall, CapabilityClient, StreamOutcome } from './call.types.ts';
import type { CapabilityPools } from './capability-pools.ts';

const maxBytes = 4 * 1024 * 1024;
const maxValues = 200_000;
const maxRefusalBytes = 64 * 1024;
/** A tail may be silent for long. */
const streamIdleMs = 3_600_000;

export function capabilityClient(pools: CapabilityPools): CapabilityClient {
  return {
    ask: (call) => askCapability(pools.forAsking(call.upstream), call),
    open: (call) => openCapabilityStream(pools.forStreams(call.upstream), call),
  };
}

async function askCapability(dispatcher: Dispatcher, call: CapabilityCall): Promise<CallOutcome> {
  const answer = await requestBounded(dispatcher, {
    ...requestOf(call, 'application/json'),
    timeoutMs: call.timeoutMs,
    maxBytes,
    signal: call.signal,
  });
  if (!answer.ok) return { kind: 'failed', failed: answer };
  const json = readGuardedJson(answer.body, maxValues);
  if (answer.status !== 200) return refusal(answer.status, json.ok ? json.value : null);
  if (!json.ok) return { kind: 'nonsense', detail: say`${json.pointer || 'its answer'}: ${json.detail}` };
  return { kind: 'answer', value: json.value };
}

async function openCapabilityStream(dispatcher: Dispatcher, call: CapabilityCall): Promise<StreamOutcome> {
  const { timeoutMs, signal } = call;
  try {
    const answer = await dispatcher.request({
      ...requestOf(call, 'text/event-stream'),
      headersTimeout: timeoutMs,
      bodyTimeout: streamIdleMs,
      signal,
    });
    // An answer that is not read any more may still fail.
    answer.body.on('error', () => {});
    const isStream = String(answer.headers['content-type'] ?? '').startsWith('text/event-stream');
    if (answer.statusCode === 200 && isStream) return { kind: 'stream', body: answer.body };
    if (answer.statusCode === 200) {
      answer.body.destroy();
      return { kind: 'nonsense', detail: 'its answer: no text/event-stream' };
    }
    const bytes: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of answer.body) {
      if (!Buffer.isBuffer(chunk)) continue;
      sizeBytes += chunk.length;
      if (sizeBytes > maxRefusalBytes) break;
      bytes.push(chunk);
    }
    const json = readGuardedJson(Buffer.concat(bytes));
    return refusal(answer.statusCode, json.ok ? json.value : null);
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) throw error;
    return { kind: 'failed', failed: { ok: false, failure } };
  }
}

function requestOf(call: CapabilityCall, accept: string) {
  return {
    method: 'POST' as const,
    path: `${call.path}/${call.operation}`,
    headers: {
      ...call.identity,
      [capabilityHeader]: call.capabilityId,
      'content-type': 'application/json',
      accept,
    },
    body: JSON.stringify({ context: call.context, input: call.input }),
  };
}

function refusal(status: number, body: unknown): CallOutcome & { kind: 'refused' } {
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? body.detail : null;
  const isText = typeof detail === 'string' && detail !== '';
  return { kind: 'refused', status, detail: isText ? plain(detail) : null };
}

/** One line for people, without what could forge it. */
function plain(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .slice(0, 300);
}
