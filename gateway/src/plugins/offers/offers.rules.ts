/** What an entry of a catalogue is to people, and what is wrong in what they chose. */
import { pointerTo } from '@berth/plugin-kit/contract/json-pointer.ts';
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import type { Offer } from '@berth/plugin-kit/contract/wire/offers.ts';
import type { CatalogueEntry } from './catalogue-document.rules.ts';

const served = new Set(['online', 'degraded', 'pending', 'awaiting_approval', 'disabled']);

/** @param state of the plugin under the entry's id, `null` where there is none */
export function offerOf(catalogue: string, entry: CatalogueEntry, state: string | null): Offer {
  return {
    catalogue,
    id: entry.id,
    name: entry.name,
    version: entry.version,
    summary: entry.summary,
    icon: entry.icon,
    homepage: entry.homepage ?? null,
    publisher: { name: entry.publisher.name, is_signed: entry.signature !== undefined },
    image: entry.image ?? null,
    port: entry.port,
    variables: entry.variables.map((variable) => ({ ...variable, default: variable.default ?? null })),
    volumes: entry.volumes,
    asks_for: entry.asks_for,
    state: stateOf(state),
    plugin_state: state,
  };
}

function stateOf(state: string | null): Offer['state'] {
  if (state === null) return 'available';
  return served.has(state) ? 'added' : 'problem';
}

/** Secrets are set in the environment of compose, and nowhere else. */
export function variableFaults(
  entry: CatalogueEntry,
  variables: Readonly<Record<string, string>>,
): FieldError[] {
  const known = new Map(entry.variables.map((variable) => [variable.name, variable]));
  const unknown = Object.entries(variables).flatMap(([name, value]): FieldError[] => {
    const variable = known.get(name);
    const pointer = pointerTo(['variables', name]);
    if (!variable) return [{ pointer, detail: 'This variable is not known here.' }];
    if (variable.is_secret) return [{ pointer, detail: 'A secret is set in .env, beside the compose file.' }];
    return /\p{Cc}/u.test(value) ? [{ pointer, detail: 'One line, without control characters.' }] : [];
  });
  const missing = entry.variables
    .filter(
      ({ name, is_required: isRequired, is_secret: isSecret, default: otherwise }) =>
        isRequired && !isSecret && !variables[name] && otherwise === undefined,
    )
    .map(({ name }): FieldError => ({ pointer: `/variables/${name}`, detail: 'It needs a value.' }));
  return [...unknown, ...missing];
}
