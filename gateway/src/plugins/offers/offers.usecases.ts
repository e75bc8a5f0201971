/** Adding an extension: from a catalogue, or by its address. */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { Problem, type FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type {
  AddedService,
  AddingState,
  Offer,
  OfferChoice,
  OfferList,
  OfferSnippets,
} from '@berth/plugin-kit/contract/wire/offers.ts';
import type { NewService, ServicesEdit } from '../discovery/services-edit.rules.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import type { CatalogueEntry } from './catalogue-document.rules.ts';
import { offerOf, variableFaults } from './offers.rules.ts';
import type { CatalogueState, Runtime } from './catalogue-state.ts';

export type OffersNeeds = {
  catalogues: () => readonly CatalogueState[];
  snapshot: () => Snapshot;
  servicesFile: string;
  /** Ids that the environment names. */
  fromEnvironment: readonly string[];
  services: {
    whyNot: () => Promise<string | null>;
    add: (service: NewService & { caPem?: string | undefined }) => Promise<ServicesEdit>;
    snippet: (service: NewService) => string;
    /** @returns words where the failure of writing is one to tell, `null` for a bug */
    wordsFor: (error: unknown) => string | null;
  };
  composeSnippet: (entry: CatalogueEntry, variables: OfferChoice['variables']) => string;
  kubernetesSnippet: (entry: CatalogueEntry, variables: OfferChoice['variables']) => string;
  runtime: Runtime | null;
};

export type OffersUseCases = ReturnType<typeof offersUseCases>;

export function offersUseCases(needs: OffersNeeds) {
  const { catalogues, snapshot, services, runtime } = needs;

  const adding = async (): Promise<AddingState> => {
    const whyNot = await services.whyNot();
    return {
      can_write: whyNot === null,
      why_not: whyNot,
      services_file: needs.servicesFile,
      runtime: runtime && { kind: runtime.kind, file: runtime.file, starts: runtime.starts },
    };
  };

  const entryOf = (catalogue: string, id: string): CatalogueEntry => {
    const entries = catalogues().find((one) => one.id === catalogue)?.catalogue?.entries ?? [];
    const entry = entries.find((one) => one.id === id);
    if (!entry) throw new Problem('not-found');
    return entry;
  };

  /** @throws Problem 422 where an id is taken by what the file does not decide */
  const refuseTaken = (id: string): void => {
    if (needs.fromEnvironment.includes(id))
      throw invalid('/id', say`BERTH_SERVICES names "${id}" already, and wins over services.yaml.`);
    if (snapshot().plugins.has(id)) throw invalid('/id', say`There is an extension "${id}" already.`);
  };

  const { writeService, writeRuntime, refuseReadOnly } = writing(services, runtime);

  return {
    list: async (): Promise<OfferList> => {
      const { plugins } = snapshot();
      const states = catalogues();
      const items = states.flatMap(({ id, catalogue }): Offer[] =>
        (catalogue?.entries ?? []).map((entry) => offerOf(id, entry, plugins.get(entry.id)?.state ?? null)),
      );
      return {
        items,
        sources: states.map(({ id, name, catalogue, fetchedAt, problem }) => ({
          id,
          name,
          serial: catalogue?.serial ?? null,
          issued_at: catalogue?.issued_at ?? null,
          fetched_at: fetchedAt?.toISOString() ?? null,
          problem,
        })),
        adding: await adding(),
      };
    },

    adding,

    /** What would be written. @throws Problem 404, 422 */
    preview: (catalogue: string, entryId: string, choice: OfferChoice): OfferSnippets => {
      const entry = entryOf(catalogue, entryId);
      refuseFaulty(entry, choice);
      return {
        services: services.snippet({ id: entry.id, ...choice }),
        compose: needs.composeSnippet(entry, choice.variables),
        kubernetes: needs.kubernetesSnippet(entry, choice.variables),
      };
    },

    /** @throws Problem 404, 409 where something cannot be written, 422 by pointer */
    addFromCatalogue: async (
      catalogue: string,
      entryId: string,
      choice: OfferChoice,
    ): Promise<AddedService> => {
      const entry = entryOf(catalogue, entryId);
      const { id } = entry;
      refuseFaulty(entry, choice);
      refuseTaken(id);
      await refuseReadOnly();
      const undo = await writeRuntime(entry, choice.variables);
      try {
        await writeService({ id, url: choice.url, approve: choice.approve });
      } catch (error) {
        await undo?.().catch((cause: unknown) => {
          const why = error instanceof Problem && error.detail !== undefined ? [error.detail] : [];
          const left = say`What was written for "${id}" in ${runtime?.file ?? ''} is still there: look for it.`;
          throw new Problem('conflict', { detail: [...why, left].join(' '), cause });
        });
        throw error;
      }
      if (!runtime) return { id, outcome: 'listed', detail: 'Start its container yourself.' };
      const started = `docker compose -f ${runtime.file} up -d ${id}`;
      if (!runtime.starts) return { id, outcome: 'written', detail: say`Start it: ${started}` };
      const failure = await runtime.start(id);
      if (failure === null) return { id, outcome: 'started', detail: null };
      return { id, outcome: 'written', detail: say`It did not start: ${failure}` };
    },

    /** @throws Problem 409 where the list cannot be written, 422 by pointer */
    addByAddress: async (service: NewService & { caPem?: string | undefined }): Promise<AddedService> => {
      refuseTaken(service.id);
      await refuseReadOnly();
      await writeService(service);
      return { id: service.id, outcome: 'listed', detail: null };
    },
  };
}

/** What is written of a service: its entry in the list, and what the runtime starts. */
function writing(services: OffersNeeds['services'], runtime: Runtime | null) {
  const writeService = async (service: NewService & { caPem?: string | undefined }): Promise<void> => {
    let edit: ServicesEdit;
    try {
      edit = await services.add(service);
    } catch (error) {
      const words = services.wordsFor(error);
      if (words === null) throw error;
      throw new Problem('conflict', { detail: words, cause: error });
    }
    if (edit.ok) return;
    if (edit.reason === 'taken') throw invalid('/id', `${edit.detail}.`);
    throw new Problem('conflict', { detail: say`${edit.detail}. Nothing was changed.` });
  };

  const refuseReadOnly = async (): Promise<void> => {
    const whyNot = await services.whyNot();
    if (whyNot !== null) throw new Problem('conflict', { detail: whyNot });
  };

  const writeRuntime = async (
    entry: CatalogueEntry,
    variables: OfferChoice['variables'],
  ): Promise<(() => Promise<void>) | undefined> => {
    if (!runtime) return undefined;
    let edit: Awaited<ReturnType<Runtime['write']>>;
    try {
      edit = await runtime.write(entry, variables);
    } catch (cause) {
      const code = errorCode(cause) ?? 'unknown reason';
      throw new Problem('conflict', {
        detail: say`${runtime.file} cannot be written (${code}). Nothing was changed.`,
        cause,
      });
    }
    if (edit.ok) return edit.undo;
    if (edit.reason === 'taken') throw invalid('/id', edit.detail);
    throw new Problem('conflict', { detail: edit.detail });
  };

  return { writeService, writeRuntime, refuseReadOnly };
}

function refuseFaulty(entry: CatalogueEntry, choice: OfferChoice): void {
  const errors: FieldError[] = variableFaults(entry, choice.variables);
  if (errors.length > 0) throw new Problem('invalid', { errors });
}

function invalid(pointer: string, detail: string): Problem {
  return new Problem('invalid', { errors: [{ pointer, detail }] });
}
