/** What a person decides about proposals, and what becomes of the record. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Context } from 'hono';
import type { Prisma } from '#platform/database.ts';
import type { AskerState } from './asker.ts';
import type { PrivacyDeps } from './privacy.routes.ts';
import { safeFileName } from './safe-name.rules.ts';
import type { MayDecide, SuggestionsStore } from './suggestions.store.ts';
import type { Field, Value } from './suggestions.types.ts';

export type DecidingPerson = { userId: string; isEditor: boolean };
export type Outcome =
  | { ok: true; changed: number; skipped: number; undoId: string | null }
  | { ok: false; reason: string };

/** @template Change what the documents' room understands, @template Decider who decides, as it knows them */
export type SuggestionsDeps<Change, Decider extends DecidingPerson> = Pick<
  PrivacyDeps,
  'asking' | 'privacyOfRest'
> & {
  store: SuggestionsStore;
  model: () => AskerState;
  decider: (c: Context) => Decider;
  mayDecide: (decider: Decider) => MayDecide;
  /** @throws Problem 404 */
  visible: (c: Context) => Promise<{ id: string; may_edit: boolean } & Current>;
  changeEach: (
    decider: Decider,
    ids: readonly string[],
    each: {
      changesOf: (
        tx: Prisma.TransactionClient,
        facts: ReadonlyMap<string, unknown>,
      ) => Promise<ReadonlyMap<string, Change>>;
      after: (tx: Prisma.TransactionClient, undoId: string | null) => Promise<void>;
    },
  ) => Promise<Outcome>;
  /** @throws Problem 422 that points to `/value` */
  changeOf: (field: Field, value: unknown, at?: string) => Change;
  notAllowed: (reason?: string) => Problem;
  /** Something is to do. */
  poke: () => void;
};
export type Current = {
  title: string;
  filename: string;
  category: string | null;
  type: string | null;
  tags: string[];
  correspondent: string | null;
  date: string | null;
};

export function createDecisions<Change extends object, Decider extends DecidingPerson>(
  deps: SuggestionsDeps<Change, Decider>,
) {
  const { store } = deps;
  return { confirm, confirmOne, rejectOne, reopenOne };

  /** @param values by field; undefined: as it was proposed. @param at where they stand in the body, before the field's name */
  async function confirmOne(
    c: Context,
    values: ReadonlyMap<Field, unknown>,
    at = '/values',
  ): Promise<string | null> {
    const { id } = await deps.visible(c);
    const edited = new Map<Field, Change>();
    for (const [field, value] of values) {
      const pointer = at === '' ? '/value' : `${at}/${field}`;
      if (value !== undefined)
        edited.set(
          field,
          deps.changeOf(field, field === 'file_name' ? safe(value, pointer) : value, pointer),
        );
    }
    const done = await confirm(deps.decider(c), [id], { only: [...values.keys()], minConfidence: 0, edited });
    return done.undoId;
  }

  async function rejectOne(c: Context, only: readonly Field[]): Promise<void> {
    const { id } = await editable(c);
    if ((await store.reject(id, only, deps.decider(c).userId)) === 0) throw nothingPending();
  }

  /** Takes rejections back. */
  async function reopenOne(c: Context, only: readonly Field[]): Promise<void> {
    const { id } = await editable(c);
    if ((await store.reopen(id, only)) === 0)
      throw new Problem('conflict', { detail: 'It is not rejected.' });
  }

  async function confirm(
    decider: Decider,
    ids: readonly string[],
    how: { only: readonly Field[]; minConfidence: number; edited?: ReadonlyMap<Field, Change> },
  ) {
    const { only, minConfidence, edited } = how;
    let confirmed: { id: string; field: Field; value: Value }[] = [];
    const done = await deps.changeEach(decider, ids, {
      async changesOf(tx, facts) {
        confirmed = await store.confirm(tx, [...facts.keys()], {
          only,
          minConfidence,
          userId: decider.userId,
        });
        if (edited && confirmed.length === 0) throw nothingPending();
        const changes = new Map<string, Change>();
        for (const { id, field, value } of confirmed)
          changes.set(id, { ...changes.get(id), ...(edited?.get(field) ?? deps.changeOf(field, value)) });
        return changes;
      },
      after: (tx, undoId) => store.noteUndo(tx, confirmed, undoId),
    });
    if (!done.ok) throw deps.notAllowed(done.reason);
    deps.poke();
    return done;
  }

  async function editable(c: Context) {
    const row = await deps.visible(c);
    if (!row.may_edit) throw deps.notAllowed();
    return row;
  }
}

/** @throws Problem 422 */
function safe(value: unknown, pointer: string): string {
  const name = typeof value === 'string' ? safeFileName(value) : '';
  if (name !== '') return name;
  const detail = 'must be a name that every file system takes';
  throw new Problem('invalid', { errors: [{ pointer, detail }] });
}

function nothingPending(): Problem {
  return new Problem('conflict', { detail: 'Nothing is proposed for it now: it was decided, or never was.' });
}
