/** The day that a letter bears, in German and English. */
export type FoundDate = { date: string; page: number; confidence: number; isLabelled: boolean };

const months: readonly (readonly string[])[] = [
  ['january', 'januar', 'jan', 'jänner'],
  ['february', 'februar', 'feb'],
  ['march', 'märz', 'mar', 'mär', 'maerz'],
  ['april', 'apr'],
  ['may', 'mai'],
  ['june', 'juni', 'jun'],
  ['july', 'juli', 'jul'],
  ['august', 'aug'],
  ['september', 'sep', 'sept'],
  ['october', 'oktober', 'oct', 'okt'],
  ['november', 'nov'],
  ['december', 'dezember', 'dec', 'dez'],
];
const monthOf = new Map(months.flatMap((names, index) => names.map((name) => [name, index + 1] as const)));
const monthNames = [...monthOf.keys()].toSorted((a, b) => b.length - a.length).join('|');
const pattern = new RegExp(
  String.raw`(?<![\d.\/-])(?:` +
    String.raw`(?<iy>\d{4})-(?<im>\d{2})-(?<id>\d{2})` +
    String.raw`|(?<nd>\d{1,2})\. ?(?<nm>\d{1,2})\. ?(?<ny>\d{4}|\d{2})` +
    String.raw`|(?<sd>\d{1,2})\/(?<sm>\d{1,2})\/(?<sy>\d{4})` +
    String.raw`|(?<dd>\d{1,2})(?:\.|st|nd|rd|th)? (?<dm>${monthNames})\.?,? (?<dy>\d{4})` +
    String.raw`|(?<wm>${monthNames})\.? (?<wd>\d{1,2})(?:st|nd|rd|th)?,? (?<wy>\d{4})` +
    String.raw`)(?![\d\/-]|\.\d)`,
  'giu',
);
/** Before a date: it is the document's own. */
const own =
  /(?:rechnungsdatum|belegdatum|ausstellungsdatum|briefdatum|datum|date|dated|issued(?: on)?|invoice date|statement date|letter date|den|, )[ :.]*$/i;
/** Before a date: it is about something else. */
const foreign =
  /(?:fällig|zahlbar|bis(?: zum)?|due(?: date)?|by|until|from|ab|seit|since|gebore?n(?: am)?|born|geb\.|birth|liefer\w*|deliver\w*|gültig|valid|zeitraum|period|between|zwischen|beginn\w*|start\w*|end\w*|ihre? (?:schreiben|brief|nachricht) vom|your letter of)[ :.]*(?:date|datum|am|on|the)?[ :.]*$/i;
const headCharacters = 1_500;
const maxDates = 40;

/** @param pages their texts; @param thisYear a letter is not from a later one than the next */
export function dateOf(pages: readonly string[], thisYear: number): FoundDate | null {
  const [first = ''] = pages;
  let count = 0;
  let plain: FoundDate | null = null;
  const others = new Set<string>();
  for (const match of first.matchAll(pattern)) {
    if (++count > maxDates) break;
    const date = readDate(match.groups ?? {}, thisYear);
    if (date === null) continue;
    const before = first.slice(Math.max(0, match.index - 40), match.index).replaceAll(/\s+/g, ' ');
    if (foreign.test(before)) continue;
    if (own.test(before) && match.index < headCharacters * 2)
      return { date, page: 1, confidence: 0.96, isLabelled: true };
    if (match.index < headCharacters) others.add(date);
    plain ??= { date, page: 1, confidence: 0.8, isLabelled: false };
  }
  // Of several without a word before them none is known to be the document's own.
  return plain && others.size <= 1 ? plain : null;
}

function readDate(groups: Readonly<Record<string, string | undefined>>, thisYear: number): string | null {
  const { iy, im, id, nd, nm, ny, sd, sm, sy, dd, dm, dy, wm, wd, wy } = groups;
  // 03/04/2026 is another day on each side of an ocean.
  if (sd !== undefined && Number(sd) <= 12 && sd !== sm) return null;
  const year = Number(iy ?? ny ?? sy ?? dy ?? wy);
  const name = (dm ?? wm)?.toLowerCase();
  const month = name === undefined ? Number(im ?? nm ?? sm) : (monthOf.get(name) ?? 0);
  const day = Number(id ?? nd ?? sd ?? dd ?? wd);
  const full = year < 100 ? 2000 + year : year;
  if (full < 1950 || full > thisYear + 1 || month < 1 || month > 12) return null;
  const date = new Date(Date.UTC(full, month - 1, day));
  if (date.getUTCDate() !== day || date.getUTCMonth() !== month - 1) return null;
  return date.toISOString().slice(0, 10);
}
