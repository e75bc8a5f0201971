/** Asks a model, where one is connected: one document at a time, bounded in tries, time and number; what fails waits or is told. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { localOnlyHeader } from '@berth/plugin-kit/contract/connections.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { openFields, type Switches } from './archive.rules.ts';
import type { AskingStore } from './asking.store.ts';
import type { MakingStore } from './making.store.ts';
import { askModel, type CallModel, type Connected, type Fault, type Reply } from './model.client.ts';
import { bodyOf, messagesOf, proposalsFrom, readAnswer, repairOf, tellable } from './model.rules.ts';
import { levelOf, mayLeave } from './privacy.rules.ts';
import type { Field, Privacy, ProviderState, Subject } from './suggestions.types.ts';
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

type Asking = {
  open: ReadonlySet<Field>;
  connected: Connected;
  call: CallModel;
  /** Whether a folder's name and titles may be sent. */
  mayTell: (category: string) => boolean;
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

export function createAsker({ store, usage, making, provider, settings, timeoutMs, now, log }: AskerDeps) {
  let shown: AskerState = { state: 'off', detail: null, model: null, isLocal: false };
  let isStopped = false;
  let asking: Promise<void> | null = null;
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
    const outcome = await propose(subject, { open, connected, call: guarded(connected, call), mayTell });
    if (outcome.ok) {
      await store.noteLast(id, { state: 'answered', detail: null });
      tell('answered', connected);
      return true;
    }
    tell(outcome.state, connected, outcome.detail);
    log.warn({ document: id, state: outcome.state }, 'the model made no proposal');
    return noteFault(id, outcome);
  };

  async function propose(
    subject: Subject,
    { open, connected, call, mayTell }: Asking,
  ): Promise<{ ok: true } | Fault> {
    const told = tellable(await store.filed(), mayTell);
    const messages = messagesOf(subject, told);
    const ask = async (these: typeof messages): Promise<Reply | Fault> => {
      const { reply, used } = await askModel(call, bodyOf(these, connected.model), timeoutMs);
      const state = reply.ok ? 'answered' : reply.state;
      await usage.note({
        documentId: subject.id,
        model: connected.model,
        state,
        at: new Date(now()),
        ...used,
      });
      return reply;
    };
    const first = await ask(messages);
    if (!first.ok) return first;
    let read = readAnswer(first.content);
    if (!read.ok) {
      const second = await ask(repairOf(messages, first.content, read.wrong));
      if (!second.ok) return second;
      read = readAnswer(second.content);
    }
    if (!read.ok) {
      const detail = say`The answer of the model is not what was asked for: ${read.wrong}`;
      return { ok: false, state: 'not-understood', detail, retryAfterMs: null };
    }
    const archive = await store.archiveProposals(subject.id);
    const known = await making.vocabulary();
    const proposals = proposalsFrom(read.answer, { subject, known, tags: told.tags, archive, open });
    await making.note({ id: subject.id, version: subject.version, proposals, methods: ['provider'] });
    return { ok: true };
  }

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

  const askDue = (): Promise<void> => {
    asking ??= askAll()
      .catch((err: unknown) => log.warn({ err }, 'the model was not asked'))
      .finally(() => (asking = null));
    return asking;
  };

  return {
    start: () => void (timer = setInterval(() => void askDue(), everyMs)),
    askDue,
    state: (): AskerState => shown,
    /** The pause that a fault began is over: something changed. */
    resume: (): void => void (pausedUntil = 0),
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await asking;
    },
  };
}

/** What was let go because the model is in the house is refused by the gateway where another one took its place. */
function guarded({ isLocal }: Connected, call: CallModel): CallModel {
  if (!isLocal) return call;
  return (path, init) => {
    const headers = new Headers(init.headers);
    headers.set(localOnlyHeader, 'true');
    return call(path, { ...init, headers });
  };
}
