/** Which messages are taken, which of their parts, and what is said of them. */
import type { Attachment, MailMessage, MailPart, MailRule, MailSaid } from './mail.types.ts';

/** Of one message: PDFs that are taken, parts that are looked at, and how deep they lie. */
export const maxAttachments = 100;
const maxParts = 2_000;
const maxDepth = 20;
const maxTitle = 300;
const pdfTypes = new Set(['application/pdf', 'application/x-pdf']);
const vagueTypes = new Set(['application/octet-stream', 'application/binary', 'application/download']);
const unshowable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ue000\ue001]/gu;

/** The first rule that fits; an empty condition fits all. */
export function ruleFor(rules: readonly MailRule[], { from, subject }: MailMessage): MailRule | null {
  const sender = `${from.name} ${from.address}`.toLowerCase();
  const words = subject.toLowerCase();
  const fits = (rule: MailRule): boolean =>
    sender.includes(rule.from_contains.toLowerCase()) && words.includes(rule.subject_contains.toLowerCase());
  return rules.find(fits) ?? null;
}

/** PDFs of the message and of messages within it. @property isCut there are more parts than are looked at */
export function attachmentsOf(structure: MailPart | null): { found: Attachment[]; isCut: boolean } {
  const found: Attachment[] = [];
  const waiting: [part: MailPart, depth: number][] = structure ? [[structure, 0]] : [];
  for (let looked = 0; waiting.length > 0; looked++) {
    const [part, depth] = waiting.shift() ?? [];
    if (!part || depth === undefined) break;
    if (looked >= maxParts || depth > maxDepth || found.length >= maxAttachments)
      return { found, isCut: true };
    const filename = part.dispositionParameters?.['filename'] ?? part.parameters?.['name'] ?? '';
    const type = part.type.toLowerCase();
    const isPdf = pdfTypes.has(type) || (vagueTypes.has(type) && /\.pdf$/i.test(filename));
    if (isPdf)
      found.push({
        part: part.part ?? '1',
        filename: filename === '' ? 'attachment.pdf' : filename,
        sizeBytes: part.size ?? 0,
      });
    for (const child of part.childNodes ?? []) waiting.push([child, depth + 1]);
  }
  return { found, isCut: false };
}

/** @param isAlone the message brings this one document alone, so that its subject is the title */
export function saidOf({ subject, from, date }: MailMessage, rule: MailRule, isAlone: boolean): MailSaid {
  const title = line(subject, maxTitle);
  const correspondent = line(from.name === '' ? from.address : from.name, 200);
  const day = date && !Number.isNaN(date.getTime()) ? date.toISOString().slice(0, 10) : null;
  return {
    category: rule.folder,
    ...(isAlone && title !== '' ? { title } : {}),
    ...(correspondent === '' ? {} : { correspondent }),
    ...(day !== null && /^\d{4}-/.test(day) ? { date: day } : {}),
    ...(rule.tags.length > 0 ? { tags: rule.tags } : {}),
  };
}

function line(text: string, most: number): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(unshowable, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, most)
    .toWellFormed();
}
