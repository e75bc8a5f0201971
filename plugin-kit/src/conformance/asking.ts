/** How a running container is asked, and how what was seen is written down. */
import { isObject, parseJson, type Json } from '../contract/exact-json.ts';
import { manifestMaxBytes } from '../contract/manifest.ts';

export type Finding = {
  question: string;
  ok: boolean;
  /** What was seen. */
  detail: string;
  /** What to do about it; empty when all is well. */
  fix: string;
};

type Init = { method?: string; headers?: Record<string, string>; body?: string };
export type Answer = { status: number; headers: Headers; text: string; sizeBytes: number; tookMs: number };
export type Ask = (path: string, init?: Init) => Promise<Answer | null>;

export async function askOnce(url: string, init: Init, timeoutMs: number): Promise<Answer | null> {
  const since = performance.now();
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { text, sizeBytes } = await textUpTo(response, 4 * manifestMaxBytes);
    return {
      status: response.status,
      headers: response.headers,
      text,
      sizeBytes,
      tookMs: performance.now() - since,
    };
  } catch {
    return null;
  }
}

async function textUpTo(response: Response, maxBytes: number): Promise<Pick<Answer, 'text' | 'sizeBytes'>> {
  if (!response.body) return { text: '', sizeBytes: 0 };
  const decoder = new TextDecoder();
  let text = '';
  let sizeBytes = 0;
  for await (const chunk of response.body) {
    sizeBytes += chunk.byteLength;
    text += decoder.decode(chunk, { stream: true });
    if (sizeBytes > maxBytes) break;
  }
  return { text: text + decoder.decode(), sizeBytes };
}

export function jsonOf(answer: Answer): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    return undefined;
  }
}

/** As `jsonOf`, with every digit: what is sent back must be what came. */
export function exactJsonOf(answer: Answer): Json | undefined {
  try {
    return parseJson(answer.text);
  } catch {
    return undefined;
  }
}

/** The pointers of the field errors in a refusal. */
export function errorPointersIn(answer: Answer | null): string[] {
  const body = answer ? exactJsonOf(answer) : undefined;
  const errors = isObject(body) ? body['errors'] : undefined;
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((error) =>
    isObject(error) && typeof error['pointer'] === 'string' ? [error['pointer']] : [],
  );
}

/** @param words what was found, and what to do about it where it is not as it should be */
export function note(
  findings: Finding[],
  question: string,
  ok: boolean,
  ...[detail, fix]: [detail: string, fix: string]
): void {
  findings.push({ question, ok, detail, fix: ok ? '' : fix });
}

export function isGood(answer: Answer | null): boolean {
  return answer !== null && answer.status >= 200 && answer.status < 300;
}

export function isRefused(answer: Answer | null): boolean {
  return answer?.status === 401 || answer?.status === 403;
}

export function seen(answer: Answer | null): string {
  return answer === null ? 'no answer in time' : `status ${answer.status}`;
}

export function typeOf(answer: Answer | null): string {
  return answer?.headers.get('content-type') ?? 'no content-type';
}

export function excerpt(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
