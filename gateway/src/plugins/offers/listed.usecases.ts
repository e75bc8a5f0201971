/** What `services.yaml` lists: shown, changed and removed by superusers. */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type {
  AddingState,
  RemovedService,
  ServiceChange,
  ServiceList,
} from '@berth/plugin-kit/contract/wire/offers.ts';
import { entriesOf, withChangedService, withoutService } from '../discovery/services-change.rules.ts';
import type { ServicesEdit } from '../discovery/services-edit.rules.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import type { Runtime } from './catalogue-state.ts';

type Needs = {
  adding: () => Promise<AddingState>;
  snapshot: () => Snapshot;
  /** Ids that the environment names. */
  fromEnvironment: readonly string[];
  services: {
    read: () => Promise<{ text: string | null; etag: string }>;
    edit: (change: (text: string | null) => ServicesEdit, ifMatch: string | null) => Promise<ServicesEdit>;
    /** @returns words where the failure of writing is one to tell, `null` for a bug */
    wordsFor: (error: unknown) => string | null;
  };
  runtime: Runtime | null;
};

/** A file that cannot be read lists nothing, and a change of it says why. */
const unread = { text: null, etag: '"unread"' };

export type ListedUseCases = ReturnType<typeof listedUseCases>;

export function listedUseCases({ adding, snapshot, fromEnvironment, services, runtime }: Needs) {
  const list = async (): Promise<{ list: ServiceList; etag: string }> => {
    const [state, { text, etag }] = await Promise.all([adding(), services.read().catch(() => unread)]);
    const entries = entriesOf(text);
    const run = await runtime?.runs(entries.map(({ id }) => id));
    const { plugins } = snapshot();
    const items = entries.map(({ id, url, approve, caFile }) => ({
      id,
      url,
      approve,
      has_ca: caFile !== null,
      state: plugins.get(id)?.state ?? null,
      is_run_here: run?.has(id) ?? false,
    }));
    return { list: { ...state, items }, etag };
  };

  /** @throws Problem 409 where the file is not writable, before anything is done */
  const refuseReadOnly = async (): Promise<void> => {
    const { why_not: whyNot } = await adding();
    if (whyNot !== null) throw new Problem('conflict', { detail: whyNot });
  };

  /** @param change of the text @throws Problem 404, 409, 412 */
  const write = async (
    id: string,
    change: (text: string | null) => ServicesEdit,
    ifMatch: string | null,
  ): Promise<void> => {
    let edit: ServicesEdit;
    try {
      edit = await services.edit(change, ifMatch);
    } catch (error) {
      const words = services.wordsFor(error);
      if (words === null) throw error;
      throw new Problem('conflict', { detail: words, cause: error });
    }
    if (edit.ok) return;
    if (edit.reason === 'stale') throw new Problem('stale');
    if (edit.reason !== 'missing')
      throw new Problem('conflict', { detail: say`${edit.detail}. Nothing was changed.` });
    const detail = fromEnvironment.includes(id)
      ? say`BERTH_SERVICES names "${id}": change it there.`
      : edit.detail;
    throw new Problem('not-found', { detail });
  };

  return {
    list,
    /** @throws Problem 404, 409, 412 */
    change: async (id: string, wanted: ServiceChange, ifMatch: string | null): Promise<void> => {
      await refuseReadOnly();
      await write(id, (text) => withChangedService(text, id, wanted), ifMatch);
    },
    /**
     * The container goes first: while it cannot be stopped, its entry stays.
     * @param isStopping the runtime's container goes too; else it runs on @throws Problem 404, 409, 412
     */
    remove: async (id: string, isStopping: boolean, ifMatch: string | null): Promise<RemovedService> => {
      await refuseReadOnly();
      // Nothing is stopped for an entry that is not there, or that is another by now.
      await write(id, (text) => checked(text, id), ifMatch);
      const isOurs = isStopping && (await runtime?.runs([id]))?.has(id) === true;
      const stopped = isOurs ? await runtime?.remove(id) : undefined;
      if (stopped?.ok === false) {
        const reason = stopped.detail.replace(/\.$/, '');
        throw new Problem('conflict', {
          detail: say`Its container could not be stopped: ${reason}. The entry is still there.`,
        });
      }
      await write(id, (text) => withoutService(text, id), null);
      if (stopped?.isStopped) return { id, outcome: 'stopped', detail: null };
      const byHand = say`Stop it: docker compose -f ${runtime?.file ?? ''} up -d --remove-orphans`;
      return { id, outcome: 'removed', detail: stopped ? byHand : null };
    },
  };
}

/** Says what a removal would, and changes nothing. */
function checked(text: string | null, id: string): ServicesEdit {
  const edit = withoutService(text, id);
  return edit.ok ? { ok: true, text: text ?? '' } : edit;
}
