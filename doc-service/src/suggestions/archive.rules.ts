/** What the archive itself proposes, without a model: by rules, and by the documents most like this one. */
import { dateOf, type FoundDate } from './dates.rules.ts';
import { filledOf } from './own-fields.rules.ts';
import { safeFolder } from './safe-name.rules.ts';
import { ownFields, type Field, type Neighbour, type Proposal, type Subject } from './suggestions.types.ts';
import { fileNameOf, isNameless, readLetter, type Letter } from './title.rules.ts';
import { vote, voteTags, type Vote } from './vote.rules.ts';

/** What the archive holds already. */
export type Vocabulary = {
  hasFolder: (path: string) => boolean;
  /** In its own spelling. */
  type: (name: string) => string | null;
  correspondent: (name: string) => string | null;
};
export type Switches = { folder: boolean; rename: boolean };

/** Below it nothing is proposed: no proposal rather than a wrong one. */
export const leastConfidence = 0.6;
const maxDepth = 10;
/** Where people put what they have not sorted yet. */
const unsorted =
  /^(?:inbox|in|scans?|scanner|eingang|posteingang|unsorted|unsortiert|new|neu|todo|uploads?|downloads?|misc|temp)$/i;
const yearName = /^(?:19|20)\d{2}$/;

/** A person's own word stands: nothing is proposed over it. */
export function openFields(subject: Subject, switches: Switches): Set<Field> {
  const open = new Set<Field>();
  const last = subject.category?.split('/').at(-1) ?? '';
  if (switches.folder && !subject.categorySet && (subject.category === null || unsorted.test(last)))
    open.add('folder');
  if (switches.rename && !subject.titleSet) open.add('title');
  if (switches.rename && !subject.filenameSet) open.add('file_name');
  if (subject.type === null) open.add('type');
  if (subject.correspondent === null) open.add('correspondent');
  if (subject.date === null) open.add('date');
  if (subject.tags.length === 0) open.add('tags');
  for (const field of ownFields) open.add(field);
  for (const field of [...filledOf(subject.filled), ...subject.decided]) open.delete(field);
  return open;
}

/** @param open the fields for which something may be proposed */
export function proposalsOf(
  subject: Subject,
  neighbours: readonly Neighbour[],
  vocabulary: Vocabulary,
  { open, thisYear }: { open: ReadonlySet<Field>; thisYear: number },
): Proposal[] {
  const pages = subject.text.split('\f');
  const letter = readLetter(pages, subject.language, subject.about);
  const date = dateOf(pages, thisYear);
  const found = [
    folder(neighbours, vocabulary, date),
    ...names(subject, letter, date),
    type(letter, neighbours, vocabulary),
    correspondent(letter, neighbours, vocabulary, pages),
    date &&
      byRules(
        'date',
        date.date,
        date.isLabelled ? 'It is named as the date.' : 'It is the only date in the first lines.',
        date,
      ),
    tags(neighbours),
  ];
  return found.flatMap((one) =>
    one && open.has(one.field) && one.confidence >= leastConfidence ? [one] : [],
  );
}

/** Folders of years are one folder to vote for; the document's own date says which year. */
function folder(
  neighbours: readonly Neighbour[],
  vocabulary: Vocabulary,
  date: FoundDate | null,
): Proposal | null {
  const found = vote(neighbours, ({ category }) =>
    category === null || isUnsorted(category) ? null : withoutYears(category),
  );
  if (!found) return null;
  const year = date?.date.slice(0, 4);
  const hasYear = found.value.split('/').includes('*');
  const inYears = neighbours.find(
    ({ category }) => category !== null && withoutYears(category) === found.value,
  );
  const path =
    hasYear && year !== undefined ? found.value.replaceAll('*', year) : (inYears?.category ?? null);
  if (path === null) return null;
  const isNew = !vocabulary.hasFolder(path);
  const safe = isNew ? safeFolder(path, maxDepth) : path;
  if (safe === null) return null;
  const sure = hasYear && year === undefined ? 0.7 : 1;
  const reason = isNew ? `A new folder beside the others: ${reasonOf(found)}` : reasonOf(found);
  return {
    ...base('folder', safe, isNew),
    reason,
    confidence: rounded(found.confidence * sure),
    method: 'neighbours',
    page: null,
  };
}

function names(subject: Subject, { title }: Letter, date: FoundDate | null): (Proposal | null)[] {
  if (!title) return [];
  // A name that a person gave says something; one of a scanner says nothing.
  const confidence = rounded(
    isNameless(subject.title) ? Math.min(0.97, title.confidence + 0.04) : title.confidence * 0.9,
  );
  const fileName = fileNameOf(title.title, date);
  return [
    title.title === subject.title
      ? null
      : { ...base('title', title.title, false), ...title, confidence, method: 'rules' },
    fileName === '' || fileName === subject.filename
      ? null
      : {
          ...base('file_name', fileName, false),
          reason: `Its date and its title. ${title.reason}`,
          confidence,
          method: 'rules',
          page: title.page,
        },
  ];
}

function type({ kind }: Letter, neighbours: readonly Neighbour[], vocabulary: Vocabulary): Proposal | null {
  const voted = vote(neighbours, (one) => one.type);
  if (voted && voted.confidence >= leastConfidence) return byVote('type', voted);
  if (!kind) return null;
  const known = vocabulary.type(kind.name);
  const reason = `The line “${kind.line}” says so.`;
  const confidence = kind.isHeading ? 0.88 : 0.62;
  return {
    ...base('type', known ?? kind.name, known === null),
    reason,
    confidence,
    method: 'rules',
    page: 1,
  };
}

function correspondent(
  { sender }: Letter,
  neighbours: readonly Neighbour[],
  vocabulary: Vocabulary,
  [first = '']: readonly string[],
): Proposal | null {
  const voted = vote(neighbours, (one) => one.correspondent);
  const isNamed = voted !== null && first.toLowerCase().includes(voted.value.toLowerCase());
  if (voted && (isNamed || (voted.bySender && voted.confidence >= leastConfidence)))
    return byVote('correspondent', { ...voted, confidence: Math.max(voted.confidence, isNamed ? 0.9 : 0) });
  if (sender === null) return null;
  const known = vocabulary.correspondent(sender);
  const reason = 'It stands in the letterhead.';
  return {
    ...base('correspondent', known ?? sender, known === null),
    reason,
    confidence: known === null ? 0.8 : 0.95,
    method: 'rules',
    page: 1,
  };
}

function tags(neighbours: readonly Neighbour[]): Proposal | null {
  const found = voteTags(neighbours);
  if (!found) return null;
  const reason = 'Most of the documents that are like it have them.';
  return {
    ...base('tags', found.tags, false),
    reason,
    confidence: rounded(found.confidence),
    method: 'neighbours',
    page: null,
  };
}

function byVote(field: Field, found: Vote): Proposal {
  return {
    ...base(field, found.value, false),
    reason: reasonOf(found),
    confidence: rounded(found.confidence),
    method: 'neighbours',
    page: null,
  };
}

function byRules(field: Field, value: string, reason: string, { confidence, page }: FoundDate): Proposal {
  return { ...base(field, value, false), reason, confidence, method: 'rules', page };
}

function base(field: Field, value: string | string[], isNew: boolean) {
  return { field, value, isNew };
}

function reasonOf({ supporters, voters, bySender }: Vote): string {
  const whose = bySender ? ', some of the same sender' : '';
  if (voters === 1) return `It is so with the one document that is like it${whose}.`;
  return `It is so with ${supporters} of the ${voters} documents that are most like it${whose}.`;
}

function withoutYears(path: string): string {
  return path
    .split('/')
    .map((name) => (yearName.test(name) ? '*' : name))
    .join('/');
}

function isUnsorted(path: string): boolean {
  return unsorted.test(path.split('/').at(-1) ?? '');
}

function rounded(confidence: number): number {
  return Math.round(Math.min(0.99, confidence) * 100) / 100;
}
