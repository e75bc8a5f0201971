/** Starts an action of an extension, and tells what it says of how far it is. */
import type { ActionProgress } from '@berth/plugin-kit/contract/live.ts';
import { isObject, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { requestStream } from '#api/client.ts';
import { t } from '#words/words.ts';

export type ActionEnd = {
  outcome: 'ok' | 'refused' | 'failed';
  message: string;
  facts: Readonly<Record<string, string | number | boolean>>;
};

export function brokenOff(): ActionEnd {
  return {
    outcome: 'failed',
    message: t('The connection broke before it said how it went. It may go on.'),
    facts: {},
  };
}

/** @throws ApiError where it was refused before it began */
export async function runAction(
  pluginId: string,
  actionId: string,
  input: JsonObject,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (step: ActionProgress) => void },
): Promise<ActionEnd> {
  const answer = await requestStream(
    `/api/plugins/${encodeURIComponent(pluginId)}/actions/${encodeURIComponent(actionId)}`,
    { method: 'POST', body: input, signal, headers: { accept: 'text/event-stream, application/json' } },
  );
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream') || !answer.body)
    return endIn(await answer.json());
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return brokenOff();
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data: unknown = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null');
        if (block.startsWith('event: end')) return endIn(data);
        if (block.startsWith('event: progress')) onProgress(actionProgressIn(data));
      }
    }
  } catch (error) {
    if (signal.aborted) throw error;
    return brokenOff();
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

function endIn(data: unknown): ActionEnd {
  if (!isObject(data)) return brokenOff();
  const { outcome, message, facts } = data;
  const told = Object.entries(isObject(facts) ? facts : {}).flatMap(([name, fact]) =>
    typeof fact === 'string' || typeof fact === 'number' || typeof fact === 'boolean'
      ? [[name, fact] as const]
      : [],
  );
  return {
    outcome: outcome === 'ok' || outcome === 'refused' ? outcome : 'failed',
    message: typeof message === 'string' ? message : '',
    facts: Object.fromEntries(told),
  };
}

function actionProgressIn(data: unknown): ActionProgress {
  if (!isObject(data)) return {};
  const { done, total, message } = data;
  return {
    ...(typeof done === 'number' ? { done } : {}),
    ...(typeof total === 'number' ? { total } : {}),
    ...(typeof message === 'string' ? { message } : {}),
  };
}
