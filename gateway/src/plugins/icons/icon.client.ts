/** Fetches a container's picture from the container's own address: bounded in time and bytes, no redirect followed. */
import type { Dispatcher } from 'undici';
import { messageOf, requestBounded } from '#platform/bounded-request.ts';
import { iconMaxBytes, readIcon } from './icon.rules.ts';
import type { IconAnswer } from './icon.types.ts';

const timeoutMs = 2000;

/** @param path below the container's root, from an admitted manifest */
export async function fetchIcon(
  dispatcher: Dispatcher,
  path: string,
  signal: AbortSignal,
): Promise<IconAnswer> {
  const answer = await requestBounded(dispatcher, {
    method: 'GET',
    path,
    headers: { accept: 'image/svg+xml, image/png' },
    timeoutMs,
    maxBytes: iconMaxBytes,
    signal,
  });
  if (!answer.ok) return { ok: false, reason: messageOf(answer), isFinal: answer.failure === 'too-large' };
  if (answer.status !== 200)
    return { ok: false, reason: `GET ${path} answered ${answer.status}`, isFinal: answer.status < 500 };
  const encoding = answer.headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding !== '' && encoding !== 'identity')
    return { ok: false, reason: 'it came compressed', isFinal: true };
  const reading = readIcon(path, answer.body);
  return reading.ok ? reading : { ...reading, isFinal: true };
}
