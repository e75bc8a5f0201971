/** Which names are looked at: PDFs, and nothing that is hidden, temporary, a lock or a sync tool's own. */
const alwaysIgnored = [
  '.*',
  '~*',
  '#*#',
  '*~',
  '*.part',
  '*.partial',
  '*.filepart',
  '*.crdownload',
  '*.download',
  '*.opdownload',
  '*.tmp',
  '*.temp',
  '*.swp',
  '*.lock',
  'lock',
  '*.!sync',
  '*.bts',
  '*.syncthing.*.tmp',
  '*.sync-conflict-*.tmp',
  '*.onedrive-tmp',
  '*.dropbox-tmp',
  '*.gstmp',
  'desktop.ini',
  'thumbs.db',
  '@eadir',
  '$recycle.bin',
  'system volume information',
  'lost+found',
];

/** @param extra patterns from the settings; also match a path below the root when they hold a slash */
export function isIgnored(name: string, path: string, extra: readonly string[]): boolean {
  const lowered = name.toLowerCase();
  if (alwaysIgnored.some((pattern) => matchesWildcard(pattern, lowered))) return true;
  return extra.some((pattern) => {
    const wanted = pattern.normalize('NFC').toLowerCase();
    return matchesWildcard(wanted, wanted.includes('/') ? path.toLowerCase() : lowered);
  });
}

export function isPdfName(name: string): boolean {
  return /\.pdf$/i.test(name);
}

/** `*` and `?` alone, in linear space and without a regular expression that somebody else wrote. */
export function matchesWildcard(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
