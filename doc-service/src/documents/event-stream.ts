/** Server-sent events for one person: how the archive is, and which documents have changed. */
import type { Changed, Changes } from './changes.ts';
import type { Editor } from './documents.types.ts';

export type EventDeps = {
  changes: Changes;
  statusOf: (viewer: Editor) => Promise<Record<string, unknown>>;
  /** Those of them that this person may see. */
  visibleIds: (viewer: Editor, ids: readonly string[]) => Promise<string[]>;
  /** Changes when something else than a document has: the file at work, the state of the folder. */
  stateKey: () => string;
};

/** What happens meanwhile is told together. */
const roundMs = 1000;
const roundsPerStatus = 2;
const calmRoundsPerStatus = 15;
/** Proxies close what is silent for long. */
const roundsPerSign = 20;
/** More ids than these are told as "many": the page then asks for what it shows. */
const maxIds = 200;

export function eventStream(deps: EventDeps, viewer: Editor): ReadableStream<Uint8Array> {
  let stop = (): void => {};
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const rounds = createRounds(deps, viewer, controller);
        const end = (): void => {
          stop();
          controller.close();
        };
        const unsubscribe = deps.changes.subscribe({ tell: rounds.note, end });
        const timer = setInterval(() => void rounds.next(), roundMs);
        stop = () => {
          clearInterval(timer);
          unsubscribe();
        };
        void rounds.next();
      },
      cancel: () => stop(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 64 * 1024 }),
  );
}

function createRounds(
  { statusOf, visibleIds, stateKey }: EventDeps,
  viewer: Editor,
  controller: ReadableStreamDefaultController<Uint8Array>,
) {
  const encoder = new TextEncoder();
  const send = (text: string): void => controller.enqueue(encoder.encode(text));
  let ids = new Set<string>();
  let isAll = false;
  let isStatusOld = true;
  let toldKey = '';
  let count = 0;
  let isBusy = false;

  const tellStatus = async (): Promise<void> => {
    isStatusOld = false;
    toldKey = stateKey();
    try {
      send(eventText('status', await statusOf(viewer)));
    } catch (error) {
      isStatusOld = true;
      throw error;
    }
  };

  const tellDocuments = async (): Promise<void> => {
    const asked = [...ids];
    const isMany = isAll;
    ids = new Set();
    isAll = false;
    if (isMany) return send(eventText('documents', { ids: [], is_all: true }));
    const visible = await visibleIds(viewer, asked);
    if (visible.length > 0) send(eventText('documents', { ids: visible, is_all: false }));
  };

  return {
    note(changed: Changed): void {
      isStatusOld = true;
      for (const id of changed.ids) if (ids.size <= maxIds) ids.add(id);
      isAll ||= changed.isAll || ids.size > maxIds;
    },
    async next(): Promise<void> {
      // A reader that does not keep up is told how it is when it does.
      if (isBusy || (controller.desiredSize ?? 0) <= 0) return;
      isBusy = true;
      try {
        const isDue = isStatusOld || toldKey !== stateKey();
        if (count % (isDue ? roundsPerStatus : calmRoundsPerStatus) === 0) await tellStatus();
        if (isAll || ids.size > 0) await tellDocuments();
        if (count % roundsPerSign === 0) send(': here\n\n');
      } catch {
        // The database does not answer, or the reader has left: the next round tries again, or there is none.
      } finally {
        isBusy = false;
        count += 1;
      }
    },
  };
}

function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
