/** What a letter says of itself in its first lines: kind, number, subject, sender. German and English. */
export type Kind = { name: string; line: string; isHeading: boolean };
export type Language = 'german' | 'english';

type KindRow = { german: string; english: string; words: RegExp };
const kinds: readonly KindRow[] = [
  row('Rechnung', 'Invoice', String.raw`(?:\p{L}+-?)?rechnung|(?:tax )?invoice`),
  row('Gutschrift', 'Credit note', 'gutschrift|credit note'),
  row(
    'Mahnung',
    'Reminder',
    String.raw`(?:zahlungs)?erinnerung|(?:letzte )?mahnung|payment reminder|overdue notice`,
  ),
  row('Angebot', 'Quotation', 'angebot|kostenvoranschlag|quotation|quote|estimate'),
  row(
    'Auftragsbestätigung',
    'Order confirmation',
    'auftragsbestätigung|bestellbestätigung|order confirmation',
  ),
  row('Lieferschein', 'Delivery note', 'lieferschein|delivery note'),
  row('Kontoauszug', 'Bank statement', 'kontoauszug|(?:bank|account) statement'),
  row(
    'Gehaltsabrechnung',
    'Payslip',
    String.raw`(?:gehalts|lohn|entgelt|verdienst)abrechnung|payslip|pay ?slip`,
  ),
  row('Bescheid', 'Notice', String.raw`(?:\p{L}+-?)?bescheid|notice of assessment|tax assessment`),
  row(
    'Kündigung',
    'Cancellation',
    String.raw`kündigung(?:sbestätigung)?|(?:notice of )?cancellation|termination`,
  ),
  row(
    'Versicherungsschein',
    'Insurance policy',
    'versicherungsschein|insurance policy|certificate of insurance',
  ),
  row('Vertrag', 'Contract', String.raw`(?:\p{L}+-?)?vertrag|contract|(?:\p{L}+ )?agreement|lease`),
  row('Protokoll', 'Minutes', String.raw`(?:\p{L}+-?)?protokoll|minutes(?: of .*)?`),
  row('Zeugnis', 'Certificate', String.raw`(?:\p{L}+-?)?zeugnis|certificate`),
  row('Quittung', 'Receipt', 'quittung|kassenbon|receipt'),
  row(
    'Befund',
    'Medical report',
    String.raw`(?:\p{L}+-?)?befund|arztbrief|medical report|lab(?:oratory)? report`,
  ),
];
const company =
  /\b(?:GmbH|AG|SE|KG|OHG|UG|e\.? ?V\.|eG|GbR|mbH|Ltd\.?|Limited|Inc\.?|LLC|LLP|PLC|Corp\.?|B\.V\.|S\.A\.|Cooperative|Co\.)(?![\p{L}])|(?:stadtwerke|versicherung|krankenkasse|sparkasse|volksbank|finanzamt|jobcenter|universität|university|bank|insurance|council|hospital|klinik\w*)\b/iu;
const subjectLine =
  /^[ \t]*(?:betreff|betr\.|betrifft|subject|re|our subject)[ \t]*:[ \t]*(?<subject>\S.{2,140})$/imu;
const numberWord =
  /(?:rechnungs-?\s?(?:nr|nummer)|rechnung(?:\s+nr)?|invoice(?:\s+(?:no|number|#))?|kunden-?\s?(?:nr|nummer)|(?:auftrags|vertrags|versicherungs|bestell|angebots|police[n]?)-?\s?(?:nr|nummer|schein-?nr)|(?:order|contract|policy|quotation|reference)\s+(?:no|number)|nr|no)\s*[.:#]*\s*(?<number>(?=[A-Z/-]*\d)[A-Z0-9][A-Z0-9/-]{2,24}(?<![/-]))/iu;
const headLines = 30;

function row(german: string, english: string, words: string): KindRow {
  return { german, english, words: new RegExp(`^(?:${words})(?![\\p{L}])`, 'iu') };
}

export function linesOf(page: string): string[] {
  return page
    .split(/\r?\n/)
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
}

/** The kind of letter by the first line that begins with its word. */
export function kindOf(lines: readonly string[], language: string | null): Kind | null {
  for (const line of lines.slice(0, headLines)) {
    const plain = line
      .replace(/^(?:betreff|betr\.|subject|re)[ :]+/iu, '')
      .replace(/^(?:ihre?|your|our|unsere?) /iu, '');
    for (const { german, english, words } of kinds) {
      const found = words.exec(plain)?.[0];
      if (found === undefined || plain.length > 100) continue;
      // A sentence about an invoice is no invoice, and a field is no heading.
      if (/[.!?]$|,$/.test(plain) && plain.split(' ').length > 4) continue;
      if (/^[\p{L}-]+(?:s|n)?(?:nummer|datum|nr\.?|date|number)\b/iu.test(plain)) continue;
      const isHeading = plain.split(' ').length <= 8;
      return { name: language === 'german' ? german : english, line: plain, isHeading };
    }
  }
  return null;
}

export function subjectOf(page: string): string | null {
  const found = subjectLine.exec(page.slice(0, 4_000))?.groups?.['subject'];
  return found === undefined ? null : found.replaceAll(/\s+/g, ' ').trim();
}

export function numberOf(page: string): string | null {
  return numberWord.exec(page.slice(0, 3_000))?.groups?.['number'] ?? null;
}

/** The sender as the letterhead says it; not the receiver, whose line stands below. */
export function senderOf(lines: readonly string[]): string | null {
  for (const line of lines.slice(0, 6)) {
    const [name = ''] = line.split(/ [·•|–-] |, | {2,}/u);
    if (/^(?:an|to|to:|herrn?|frau|mr|mrs|ms)\b/iu.test(name)) return null;
    if (
      name.length >= 4 &&
      name.length <= 60 &&
      company.test(name) &&
      !/[.:;!?]$/.test(name.replace(/e\.? ?V\.$|Ltd\.$|Inc\.$|Co\.$/, ''))
    )
      return name.trim();
  }
  return null;
}

/** The first line that reads like a title: some words, no address, no field. */
export function headingOf(lines: readonly string[], sender: string | null): string | null {
  for (const line of lines.slice(0, 12)) {
    const words = line.split(' ');
    if (sender !== null && line.includes(sender)) continue;
    if (words.length < 2 || words.length > 12 || line.length > 90) continue;
    if (/[:;,]$|@|www\.|https?:|\d{5}|\b(?:tel|fax|iban|bic|str\.|straße|street|road)\b/iu.test(line))
      continue;
    if (/^(?:sehr geehrte|dear|liebe|hallo|hello|to|an|herrn?|frau)\b/iu.test(line)) continue;
    if ((line.match(/\p{L}/gu)?.length ?? 0) < line.length * 0.6) continue;
    if (/[.!?]$/.test(line)) continue;
    return line;
  }
  return null;
}
