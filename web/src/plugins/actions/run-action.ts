/** Starts an action of an extension, and tells what it says of how far it is. */
import type { ActionProgress } from '@berth/plugin-kit/contract/live.ts';
import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { requestStream } from '#api/client.ts';

export type ActionEnd = {
  outcome: 'ok' | 'refused' | 'failed';
  message: string;
  facts: Readonly<Record<string, string | number | boolean>>;
};

export const brokenOff: ActionEnd = {
  outcome: 'failed',
  message: 'The connection broke before it said how it went. It may go on.',
  facts: {},
};

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
    // The gateway's own answer, of a shape that it made itself.
    return (await answer.json()) as ActionEnd;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return brokenOff;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data: unknown = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null');
        if (block.startsWith('event: end')) return data as ActionEnd;
        if (block.startsWith('event: progress')) onProgress(data as ActionProgress);
      }
    }
  } catch (error) {
    if (signal.aborted) throw error;
    return brokenOff;
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
