/** Where containers are: from the environment and from `services.yaml`. */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { pluginIdPattern } from '@berth/plugin-kit/contract/manifest.ts';
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document, type Pair } from 'yaml';
import { z } from 'zod';
import { approvings } from '#plugins/registry/approving.types.ts';
import type { Service } from '../registry/service.types.ts';
import { guardValue, type JsonReading } from '../schema/guarded-json.rules.ts';
import { faultAt, placeIn, placeInPiece } from './yaml-faults.rules.ts';

const notAFile = 'must be the path of a file';
const notAnOrigin = 'must be http(s)://host:port without path, query or credentials';
/** `http://host:port` and nothing more: paths come from manifests, credentials do not belong here. */
export const serviceOrigin = z.string(notAnOrigin).transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin =
    url &&
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '';
  if (url && isOrigin) return url.origin;
  context.addIssue({ code: 'custom', message: notAnOrigin });
  return z.NEVER;
});

const entry = z.union([
  serviceOrigin.transform((url) => ({ url, approve: 'auto' as const })),
  z
    .strictObject({
      url: serviceOrigin,
      approve: z.enum(approvings).default('auto'),
      ca: z.string(notAFile).min(1, notAFile).optional(),
    })
    .refine(({ url, ca }) => ca === undefined || url.startsWith('https:'), {
      path: ['ca'],
      message: 'has a meaning for https:// alone: over http:// nothing is proved',
    }),
]);

/** As an entry says it; `caFile` is still to be read. */
export type ListedService = Service & { caFile?: string };

export type FileReading = {
  services: ListedService[];
  /** Named by an entry that cannot be read: what served under this id before goes on serving. */
  unread: string[];
  /**
   * `false`: what is missing here may stand in the part that cannot be read, so nothing counts as removed.
   */
  isWhole: boolean;
  /** In words for an admin, each with its line. */
  problems: string[];
};

/** Reads `services.yaml` entry by entry: a wrong one is told and left out, the others count. */
export function readServicesYaml(text: string): FileReading {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    uniqueKeys: false,
    merge: false,
    schema: 'core',
    prettyErrors: false,
    lineCounter: lines,
  });
  const lineOf = (offset: number | undefined): number => lines.linePos(offset ?? 0).line;
  const faults = document.errors.map((error) => faultAt(error, placeIn(lines)));
  if (faults.length > 0) return readInPieces(text, faults.slice(0, 1));
  const reading: FileReading = { services: [], unread: [], isWhole: true, problems: [] };
  const tell: Telling['tell'] = (node, problem, id) =>
    void reading.problems.push(atLine(lineOf(node?.range?.[0]), problem, id));
  const top = document.contents;
  if (top === null) return reading;
  if (!isMap(top))
    return { ...reading, isWhole: false, problems: [say`the file must begin with "services:"`] };
  const seen = new Set<string>();
  for (const { key, value } of top.items) {
    const name = nameOf(key);
    if (name !== 'services')
      tell(nodeOf(key), say`"${name}" is not known here; the list stands below "services:"`);
    else if (isMap(value)) for (const pair of value.items) readPair(document, pair, { reading, seen, tell });
    else if (!isScalar(value) || value.value !== null) {
      reading.isWhole = false;
      tell(nodeOf(key), say`must be a list of "id: address"; aliases (*name) are not read here`, 'services');
    }
  }
  return reading;
}

type Telling = {
  reading: FileReading;
  seen: Set<string>;
  /** @param id of the entry that is wrong inside */
  tell: (node: { range?: readonly number[] | null } | null, problem: string, id?: string) => void;
};

function readPair(document: Document, { key, value }: Pair, { reading, seen, tell }: Telling): void {
  const id = nameOf(key);
  const refuse = (detail: string, ...path: string[]): void => {
    tell(nodeOf(key), detail, [id, ...path].join('.'));
    reading.unread.push(id);
  };
  if (!pluginIdPattern.test(id))
    return tell(nodeOf(key), say`is not an id: lower-case letter first, then letters, digits, dash`, id);
  if (seen.has(id)) return tell(nodeOf(key), say`stands twice; the first counts`, id);
  seen.add(id);
  const content = contentOf(document, value);
  if (!content.ok) return refuse(content.detail);
  const read = entry.safeParse(content.value);
  const issue = read.error?.issues[0];
  if (issue) return refuse(...faultOf(issue));
  if (!read.success) return;
  const { url, approve } = read.data;
  const caFile = 'ca' in read.data ? read.data.ca : undefined;
  reading.services.push({
    id,
    origin: url,
    source: 'file',
    approving: approve,
    ...(caFile === undefined ? {} : { caFile }),
  });
}

function contentOf(document: Document, value: unknown): JsonReading {
  try {
    return guardValue(isNode(value) ? value.toJS(document, { maxAliasCount: 0 }) : null);
  } catch {
    return { ok: false, pointer: '', detail: 'aliases (*name) are not read here' };
  }
}

/**
 * Where the file as a whole is no YAML, each entry is read by itself: a line below "services:" that is
 * indented as the first one, with the deeper lines that follow it.
 */
function readInPieces(text: string, faults: string[]): FileReading {
  const reading: FileReading = { services: [], unread: [], isWhole: false, problems: [] };
  for (const { numbers, indent, piece } of piecesOf(text)) {
    const lines = new LineCounter();
    const document = parseDocument(piece, {
      uniqueKeys: false,
      merge: false,
      schema: 'core',
      prettyErrors: false,
      lineCounter: lines,
    });
    const pairs = isMap(document.contents) ? document.contents.items : [];
    const tell: Telling['tell'] = (_, problem, id) =>
      void reading.problems.push(atLine(numbers[0] ?? 1, problem, id));
    const [fault] = document.errors;
    if (fault) reading.problems.push(faultAt(fault, placeInPiece(lines, numbers, indent)));
    else if (pairs.length === 0) tell(null, say`an entry is an id and its address with a colon between them`);
    else
      for (const pair of pairs)
        readPair(document, pair, { reading, seen: new Set(reading.services.map(({ id }) => id)), tell });
  }
  return reading.problems.length > 0 ? reading : { ...reading, problems: faults };
}

/** `numbers`: of its lines in the file; lines of comments are left out. */
type YamlPiece = { numbers: number[]; indent: number; piece: string };

function piecesOf(text: string): YamlPiece[] {
  const pieces: YamlPiece[] = [];
  let indent: number | null = null;
  let isInside = false;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const depth = /^\s*/.exec(line)?.[0].length ?? 0;
    if (depth === line.length || line.trimStart().startsWith('#')) continue;
    if (depth === 0) isInside = /^services:\s*(#.*)?$/.test(line);
    else if (isInside) {
      indent ??= depth;
      const last = pieces.at(-1);
      if (depth > indent && last) {
        last.piece += `\n${line}`;
        last.numbers.push(index + 1);
      } else pieces.push({ numbers: [index + 1], indent: depth, piece: line.trimStart() });
    }
  }
  return pieces;
}

/**
 * What serves from now on: what is read, and what served before where the file leaves open whether it is
 * meant to go.
 */
export function servicesAfter(
  before: readonly Service[],
  { services, unread, isWhole }: FileReading,
): Service[] {
  const read = new Set(services.map(({ id }) => id));
  return [...services, ...before.filter(({ id }) => !read.has(id) && (!isWhole || unread.includes(id)))];
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function nodeOf(key: unknown): { range?: readonly number[] | null } | null {
  return isNode(key) ? key : null;
}

function atLine(line: number, problem: string, id?: string): string {
  return id === undefined ? say`line ${line}: ${problem}` : say`line ${line}: ${id}: ${problem}`;
}

export type EnvironmentReading = { services: Service[]; problems: string[] };

/** What the environment names. A wrong entry is told and left out; the first of two alike counts. */
export function readServicesEnvironment(entries: readonly { id: string; url: string }[]): EnvironmentReading {
  const services = new Map<string, Service>();
  const problems: string[] = [];
  for (const { id, url } of entries) {
    const read = serviceOrigin.safeParse(url);
    if (!pluginIdPattern.test(id))
      problems.push(
        say`BERTH_SERVICES: "${id}" is not an id: lower-case letter first, then letters, digits, dash`,
      );
    else if (!read.success)
      problems.push(say`BERTH_SERVICES: the URL of "${id}" ${read.error.issues[0]?.message ?? 'is wrong'}`);
    else if (services.has(id)) problems.push(say`BERTH_SERVICES: "${id}" stands twice; the first counts`);
    else services.set(id, { id, origin: read.data, source: 'environment', approving: 'auto' });
  }
  return { services: [...services.values()], problems };
}

/** The environment wins where both name an id. */
export function mergeSources(
  environment: readonly Service[],
  fromFile: readonly Service[],
): { services: Service[]; problems: string[] } {
  const known = new Set(environment.map(({ id }) => id));
  const clashing = fromFile.filter(({ id }) => known.has(id));
  return {
    services: [...environment, ...fromFile.filter(({ id }) => !known.has(id))],
    problems: clashing.map(
      ({ id }) => say`services.yaml: "${id}" is named by BERTH_SERVICES too, which wins`,
    ),
  };
}

/** @returns its words, and the path to what is wrong within the entry */
function faultOf(issue: z.core.$ZodIssue): [words: string, ...path: string[]] {
  // Of a choice that fits in no way, the last branch is the longer form, whose words help most.
  const inner =
    issue.code === 'invalid_union'
      ? (issue.errors.flat().filter(({ path }) => path.length > 0)[0] ?? issue.errors[0]?.[0])
      : undefined;
  return [inner?.message ?? issue.message, ...[...issue.path, ...(inner?.path ?? [])].map(String)];
}
