/**
 * One document, asked about once, or twice where the first answer was not what was asked for; and what came
 * of it.
 */
import { localOnlyHeader } from '@berth/plugin-kit/contract/connections.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { AskingStore } from './asking.store.ts';
import type { MakingStore } from './making.store.ts';
import { askModel, type CallModel, type Connected, type Fault, type Reply } from './model.client.ts';
import { bodyOf, messagesOf, proposalsFrom, readAnswer, repairOf, tellable } from './model.rules.ts';
import type { Field, Subject } from './suggestions.types.ts';
import type { UsageStore } from './usage.store.ts';

export type ProposeDeps = {
  store: Pick<AskingStore, 'filed' | 'archiveProposals'>;
  usage: Pick<UsageStore, 'note'>;
  making: Pick<MakingStore, 'vocabulary' | 'note'>;
  timeoutMs: number;
  now: () => number;
};
export type Asking = {
  open: ReadonlySet<Field>;
  connected: Connected;
  call: CallModel;
  /** Whether a folder's name and titles may be sent. */
  mayTell: (category: string) => boolean;
};
export type Propose = (subject: Subject, asking: Asking) => Promise<{ ok: true } | Fault>;

export function createPropose({ store, usage, making, timeoutMs, now }: ProposeDeps): Propose {
  return async (subject, { open, connected, call: plain, mayTell }) => {
    const call = guarded(connected, plain);
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
  };
}

/**
 * What was let go because the model is in the house is refused by the gateway where another one took its
 * place.
 */
function guarded({ isLocal }: Connected, call: CallModel): CallModel {
  if (!isLocal) return call;
  return (path, init) => {
    const headers = new Headers(init.headers);
    headers.set(localOnlyHeader, 'true');
    return call(path, { ...init, headers });
  };
}
