/** What a person decides about proposals, and what becomes of the record. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Context } from 'hono';
import type { Prisma } from '#platform/database.ts';
import type { AskerState } from './asker.ts';
import type { PrivacyDeps } from './privacy.routes.ts';
import { safeFileName } from './safe-name.rules.ts';
import type { MayDecide, SuggestionsStore } from './suggestions.store.ts';
import { fieldFor, isOwnField, ownFieldSpecs, type ArchiveField } from './own-fields.rules.ts';
import type { UsageStore } from './usage.store.ts';
import { ownFields, type Field, type OwnField, type RecordField, type Value } from './suggestions.types.ts';

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
  usage: Pick<UsageStore, 'since'>;
  now: () => number;
  model: () => AskerState;
  decider: (c: Context) => Decider;
  /** How many documents that they see are at each station. */
  countsFor: (decider: Decider) => Promise<{ stuck: number; searchable: number; [station: string]: number }>;
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
  changeOf: (field: RecordField, value: unknown, at?: string) => Change;
  /** Fields that the archive has of its own. */
  ownFields: () => Promise<ArchiveField[]>;
  /** @throws Problem 403 for one who may not say which fields there are, 409 when there are too many */
  makeField: (
    decider: Decider,
    field: { name: string; kind: 'text' | 'money' | 'date' },
  ) => Promise<ArchiveField>;
  mayMakeField: (decider: Decider) => boolean;
  /** @throws Problem 422 that points to where it stands */
  changeOfField: (field: ArchiveField, value: unknown, at?: string) => Change;
  /** Both changes in one. */
  joined: (one: Change | undefined, other: Change) => Change;
  notAllowed: (reason?: string) => Problem;
  /** Something is to do. */
  wake: () => void;
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
  return { confirm, confirmOne, rejectOne, reopenOne, standing };

  /**
   * @param values by field; undefined: as it was proposed. @param at where they stand in the body, before
   * the field's name
   */
  async function confirmOne(
    c: Context,
    values: ReadonlyMap<Field, unknown>,
    at = '/values',
  ): Promise<string | null> {
    const { id } = await deps.visible(c);
    const decider = deps.decider(c);
    const changeOf = await reader(decider, [...values.keys()]);
    const edited = new Map<Field, Change>();
    for (const [field, value] of values) {
      const pointer = at === '' ? '/value' : `${at}/${field}`;
      if (value !== undefined)
        edited.set(field, changeOf(field, field === 'file_name' ? safe(value, pointer) : value, pointer));
    }
    const done = await confirm(decider, [id], { only: [...values.keys()], minConfidence: 0, edited });
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
    const { minConfidence, edited } = how;
    // Of many, what the person may not say stays for one who may.
    const hidden: readonly Field[] = edited ? [] : (await standing(decider)).hidden;
    const only = how.only.filter((field) => !hidden.includes(field));
    let confirmed: { id: string; field: Field; value: Value }[] = [];
    const done = await deps.changeEach(decider, ids, {
      async changesOf(tx, facts) {
        confirmed = await store.confirm(tx, [...facts.keys()], {
          only,
          minConfidence,
          userId: decider.userId,
        });
        if (edited && confirmed.length === 0) throw nothingPending();
        const changeOf = await reader(
          decider,
          confirmed.map(({ field }) => field),
        );
        const changes = new Map<string, Change>();
        for (const { id, field, value } of confirmed)
          changes.set(id, deps.joined(changes.get(id), edited?.get(field) ?? changeOf(field, value)));
        return changes;
      },
      after: (tx, undoId) => store.noteUndo(tx, confirmed, undoId),
    });
    if (!done.ok) throw deps.notAllowed(done.reason);
    deps.wake();
    return done;
  }

  /** Makes those fields of the archive's own that are not there yet. @throws Problem 403 and 409 */
  async function reader(decider: Decider, named: readonly Field[]) {
    const wanted = [...new Set(named)].filter(isOwnField);
    const all = wanted.length === 0 ? [] : await deps.ownFields();
    const own = new Map<Field, ArchiveField>();
    for (const field of wanted)
      own.set(field, fieldFor(field, all) ?? (await deps.makeField(decider, ownFieldSpecs[field])));
    return (field: Field, value: unknown, at?: string): Change => {
      if (!isOwnField(field)) return deps.changeOf(field, value, at);
      const found = own.get(field);
      if (!found) throw new Error(`${field} was not looked up`);
      return deps.changeOfField(found, value, at);
    };
  }

  /**
   * @returns fields that the archive does not have yet, and those of them about which this person may not
   * decide
   */
  async function standing(decider: Decider): Promise<{ missing: OwnField[]; hidden: OwnField[] }> {
    const all = await deps.ownFields();
    const missing = ownFields.filter((field) => fieldFor(field, all) === null);
    return { missing, hidden: deps.mayMakeField(decider) ? [] : missing };
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
