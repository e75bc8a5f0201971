/**
 * The service of a compose file that runs an entry of a catalogue: as little of the machine as the rest of
 * Berth has.
 */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { isMap, isScalar, parseDocument, Document } from 'yaml';
import type { CatalogueEntry } from './catalogue-document.rules.ts';

type Variables = Readonly<Record<string, string>>;
export type ComposeEdit =
  | { ok: true; text: string }
  | { ok: false; reason: 'unreadable' | 'taken'; detail: string };

/** @param text `null` where there is no file yet */
export function withComposeService(
  text: string | null,
  entry: CatalogueEntry,
  variables: Variables,
): ComposeEdit {
  const { id } = entry;
  const document = parseDocument(text ?? '', { merge: true });
  const top = document.contents;
  if (document.errors.length > 0 || !(top === null || isMap(top)))
    return { ok: false, reason: 'unreadable', detail: 'The compose file is not YAML. Mend it first.' };
  const created = composeOf(entry, variables);
  if (top === null) {
    const fresh = new Document({ name: 'berth-extensions', ...created });
    return { ok: true, text: fresh.toString({ lineWidth: 0 }) };
  }
  if (document.hasIn(['services', id]))
    return { ok: false, reason: 'taken', detail: say`The compose file has a service "${id}" already.` };
  for (const [section, members] of Object.entries(created)) {
    const present = top.get(section, true);
    if (present === undefined || (isScalar(present) && present.value === null))
      document.set(section, document.createNode(members));
    else
      for (const [name, member] of Object.entries(members))
        if (!document.hasIn([section, name])) document.setIn([section, name], document.createNode(member));
  }
  return { ok: true, text: document.toString({ lineWidth: 0 }) };
}

/** @returns `null` where there is no such service. Its volumes stay: they hold its data. */
export function withoutComposeService(text: string | null, id: string): string | null {
  const document = parseDocument(text ?? '', { merge: true });
  if (document.errors.length > 0 || !document.hasIn(['services', id])) return null;
  document.deleteIn(['services', id]);
  return document.toString({ lineWidth: 0 });
}

/** The values of variables, of which none is a secret: those are read from the environment of compose. */
function composeOf(entry: CatalogueEntry, variables: Variables): Record<string, object> {
  const { id } = entry;
  const environment: Record<string, string> = {
    PORT: String(entry.port),
    HOST: '0.0.0.0',
    BERTH_GATEWAY_URL: 'http://gateway:8000',
    BERTH_INTERNAL_URL: 'http://gateway:8010',
  };
  for (const { name, is_secret: isSecret, is_required: isRequired, ...variable } of entry.variables) {
    const value = variables[name] ?? variable.default;
    if (isSecret) environment[name] = isRequired ? `\${${name}:?set it in .env}` : `\${${name}:-}`;
    else if (value !== undefined && value !== '') environment[name] = escaped(value);
  }
  const volumes = entry.volumes.map(({ name, path }) => ({ name: `${id}-${name}`, path }));
  const service = {
    ...(entry.image === undefined ? {} : { image: entry.image }),
    ...(entry.build === undefined ? {} : { build: entry.build }),
    ...(entry.command === undefined ? {} : { command: entry.command }),
    restart: 'unless-stopped',
    init: true,
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    networks: ['back'],
    environment,
    ...(volumes.length === 0 ? {} : { volumes: volumes.map(({ name, path }) => `${name}:${path}`) }),
    tmpfs: ['/tmp:mode=1777,size=64m'],
    mem_limit: '512m',
    pids_limit: 128,
  };
  return {
    services: { [id]: service },
    networks: { back: { name: 'berth_back', external: true } },
    ...(volumes.length === 0 ? {} : { volumes: Object.fromEntries(volumes.map(({ name }) => [name, {}])) }),
  };
}

/** Compose reads `$` as the start of a variable: what a person typed is meant as it is. */
function escaped(value: string): string {
  return value.replaceAll('$', '$$$$');
}
