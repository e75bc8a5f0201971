/** Streams of the gateway's own: the permission checkers that let one begin are asked about it again. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';

const lookEveryMs = 1_000;
const againMs = 60_000;
/** A checker that fails may be back the next time. */
const mostFailures = 5;

export function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') ?? false;
}

/**
 * Passes the events on, and ends with one that says why as soon as `stillMay` refuses; asked every minute.
 * @param stillMay throws a Problem
 */
export function watchedStream(
  body: ReadableStream<Uint8Array>,
  stillMay: () => void | Promise<void>,
  now: () => number,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let askedAt = now();
  let failures = 0;
  let isOver = false;
  let isAsking = false;
  let timer: NodeJS.Timeout | undefined;

  const over = (): void => {
    isOver = true;
    clearInterval(timer);
  };
  /** @returns why the stream ends; `null`: it goes on */
  const reasonToEnd = async (): Promise<string | null> => {
    try {
      await stillMay();
      failures = 0;
      return null;
    } catch (error) {
      if (error instanceof Problem && error.status < 500)
        return error.status === 401 ? 'signed-out' : 'not-allowed';
      failures++;
      return failures >= mostFailures ? 'unavailable' : null;
    }
  };
  const look = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    if (isAsking || now() - askedAt < againMs) return;
    isAsking = true;
    askedAt = now();
    const reason = await reasonToEnd();
    isAsking = false;
    if (reason === null || isOver) return;
    over();
    controller.enqueue(new TextEncoder().encode(`event: berth-end\ndata: {"reason":"${reason}"}\n\n`));
    controller.close();
    // What the source says to its end concerns no reader any more.
    await reader.cancel().catch(() => {});
  };

  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      timer = setInterval(() => void look(controller), lookEveryMs).unref();
    },
    pull: async (controller) => {
      try {
        const { done, value } = await reader.read();
        if (isOver) return;
        if (!done) return controller.enqueue(value);
        over();
        controller.close();
      } catch (error) {
        // Nothing is asked about a stream that broke.
        over();
        throw error;
      }
    },
    cancel: (reason) => {
      over();
      return reader.cancel(reason);
    },
  });
}
