/** Asks a model, where one is connected: one document at a time, bounded in tries, time and number; what fails waits or is told. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { singleFlight } from '#platform/single-flight.ts';
import { openFields, type Switches } from './archive.rules.ts';
import type { AskingStore } from './asking.store.ts';
import type { MakingStore } from './making.store.ts';
import type { CallModel, Connected, Fault } from './model.client.ts';
import { levelOf, mayLeave } from './privacy.rules.ts';
import { createPropose } from './propose.ts';
import type { Privacy, ProviderState } from './suggestions.types.ts';
import type { UsageStore } from './usage.store.ts';

export type Provider = { connected: () => Promise<Connected | null>; call: CallModel };
export type AskingSettings = Switches & { privacy: Privacy; documentsPerDay: number };
export type AskerState = {
  state: ProviderState;
  detail: string | null;
  model: string | null;
  isLocal: boolean;
};
export type AskerDeps = {
  store: AskingStore;
  usage: Pick<UsageStore, 'note'>;
  making: Pick<MakingStore, 'subject' | 'vocabulary' | 'note'>;
  /** Null where the service does not know the gateway's internal port. */
  provider: Provider | null;
  settings: () => AskingSettings;
  timeoutMs: number;
  now: () => number;
  log: Logger;
};

const everyMs = 10_000;
const maxTries = 3;
/** What is not about one document, and after how long it is tried again: a person mends it meanwhile. */
const forAllMs: Readonly<Partial<Record<ProviderState, number>>> = {
  budget: 3_600_000,
  rate: 600_000,
  'not-connected': 300_000,
  refused: 300_000,
  'wrong-model': 300_000,
  untrusted: 300_000,
};
const againMs = [60_000, 600_000];
const words: Readonly<Partial<Record<ProviderState, string>>> = {
  'not-connected': 'No model is connected: the archive proposes by itself.',
  'daily-limit': 'As many documents as the settings allow were sent to the model today.',
};
const privateWords: Readonly<Record<Privacy, string>> = {
  none: 'The text of this folder is sent to no model.',
  local: 'The text of this folder stays in the house, and the connected model is outside.',
  any: '',
};

export function createAsker(deps: AskerDeps) {
  const { store, making, provider, settings, now, log } = deps;
  const propose = createPropose(deps);
  let shown: AskerState = { state: 'off', detail: null, model: null, isLocal: false };
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  /** Until then the gateway is not asked again: it said so. */
  let pausedUntil = 0;

  const tell = (
    state: ProviderState,
    connected: Connected | null,
    detail: string | null = words[state] ?? null,
  ): void => {
    shown = { state, detail, model: connected?.model ?? null, isLocal: connected?.isLocal ?? false };
  };

  /** @returns null while nothing may be asked */
  const ready = async (): Promise<Connected | null> => {
    const { folder, rename, documentsPerDay } = settings();
    if (!provider || (!folder && !rename)) return (tell('off', null), null);
    if (now() < pausedUntil) return null;
    const connected = await provider.connected().catch(() => null);
    if (!connected) return (tell('unreachable', null, 'The gateway cannot be asked for the model.'), null);
    if (!connected.isBound) return (tell('not-connected', null), null);
    if ((await store.askedToday()) >= documentsPerDay) return (tell('daily-limit', connected), null);
    return connected;
  };

  /** @returns false when the rest must wait */
  const askAbout = async (id: string, connected: Connected, call: CallModel): Promise<boolean> => {
    const subject = await making.subject(id);
    if (!subject) return (await store.noteLast(id, { state: 'off', detail: null }), true);
    const open = openFields(subject, settings());
    if (open.size === 0) return (await store.noteLast(id, { state: 'off', detail: null }), true);
    const folders = await store.privacy();
    const levelIn = (category: string | null): Privacy => levelOf(category, folders, settings().privacy);
    const level = levelIn(subject.category);
    // From here on text may leave, and nowhere else.
    if (!mayLeave(level, connected.isLocal))
      return (await store.noteLast(id, { state: 'private', detail: privateWords[level] }), true);
    await store.noteSent(id);
    const mayTell = (category: string): boolean => mayLeave(levelIn(category), connected.isLocal);
    const outcome = await propose(subject, { open, connected, call, mayTell });
    if (outcome.ok) {
      await store.noteLast(id, { state: 'answered', detail: null });
      tell('answered', connected);
      return true;
    }
    tell(outcome.state, connected, outcome.detail);
    log.warn({ document: id, state: outcome.state }, 'the model made no proposal');
    return noteFault(id, outcome);
  };

  async function noteFault(id: string, { state, detail, retryAfterMs }: Fault): Promise<boolean> {
    // What is not about this document holds for all of them.
    const isForAll = forAllMs[state] !== undefined;
    const isOver =
      !isForAll &&
      (state === 'not-understood' || state === 'too-large' || (await store.tries(id)) >= maxTries);
    if (isOver) {
      await store.noteLast(id, { state, detail });
      return true;
    }
    const ownWaitMs = isForAll ? forAllMs[state] : againMs[(await store.tries(id)) - 1];
    const waitMs = retryAfterMs ?? ownWaitMs ?? 600_000;
    await store.noteWait(id, { state, detail, waitMs, isTry: !isForAll });
    pausedUntil = now() + (isForAll ? waitMs : 5_000);
    return false;
  }

  const askAll = async (): Promise<void> => {
    while (!isStopped && provider) {
      const connected = await ready();
      if (!connected) return;
      const id = await store.due();
      if (id === null) {
        if (shown.state === 'off' || shown.state === 'not-connected') tell('answered', connected);
        return;
      }
      if (!(await askAbout(id, connected, provider.call))) return;
    }
    if (!provider) tell('off', null);
  };

  const round = singleFlight(askAll, (err) => log.warn({ err }, 'the model was not asked'));

  return {
    start: () => void (timer = setInterval(() => void round.run(), everyMs)),
    askDue: round.run,
    state: (): AskerState => shown,
    /** The pause that a fault began is over: something changed. */
    resume: (): void => void (pausedUntil = 0),
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await round.settled();
    },
  };
}
