/** What breaks below a prefix: addresses that begin at the root of the origin, which is the gateway's and not the container's. */
import type { Manifest } from '../contract/manifest.ts';
import { isGood, note, typeOf, type Answer, type Ask, type Finding } from './asking.ts';

/** A slash at the beginning that is no `//host`. */
const rooted = String.raw`(\/(?!\/)[^"'\x60)\s>]*)`;
const quote = String.raw`["'\x60]`;
const inMarkup = [
  new RegExp(String.raw`\s(?:src|href|action|formaction|poster|data)\s*=\s*["']?${rooted}`, 'gi'),
  new RegExp(String.raw`http-equiv\s*=\s*["']?refresh["']?[^>]*url\s*=\s*["']?${rooted}`, 'gi'),
];
const inStyles = [
  new RegExp(String.raw`url\(\s*["']?${rooted}`, 'gi'),
  new RegExp(String.raw`@import\s+["']${rooted}`, 'gi'),
];
/** Not `shell.fetch('/x')`, which asks the container wherever it is. */
const inScripts = [
  new RegExp(
    String.raw`(?<![.\w$])(?:(?:window|self|globalThis)\.)?(?:fetch|import)\(\s*${quote}${rooted}`,
    'g',
  ),
  new RegExp(String.raw`\bfrom\s*["']${rooted}`, 'g'),
  new RegExp(
    String.raw`\bnew\s+(?:URL|WebSocket|EventSource|Worker|SharedWorker)\(\s*${quote}${rooted}`,
    'g',
  ),
  new RegExp(String.raw`\.open\(\s*["'][A-Z]+["']\s*,\s*${quote}${rooted}`, 'g'),
  new RegExp(String.raw`\blocation(?:\.href)?\s*=\s*${quote}${rooted}`, 'g'),
];
const maxFiles = 20;

/** @param page the answer at `ui.entry` */
export async function askPageFiles(
  ask: Ask,
  entry: string,
  page: Answer,
  findings: Finding[],
): Promise<void> {
  const found = rootedIn(page.text, [...inMarkup, ...inStyles, ...inScripts]);
  note(
    findings,
    'Has the page relative links only?',
    found.length === 0,
    found.join(', ') || 'relative',
    'Write "app.js" instead of "/app.js": the page lives below /apps/{id}/, which no rewriting of the gateway changes.',
  );
  const files = filesOf(page.text, entry);
  const broken: string[] = [];
  for (const file of files) {
    const answer = await ask(file);
    if (!answer || !isGood(answer)) continue;
    const patterns = /\bcss\b/.test(typeOf(answer)) ? inStyles : inScripts;
    broken.push(...rootedIn(answer.text, patterns).map((address) => `${address} in ${file}`));
  }
  if (files.length === 0) return;
  note(
    findings,
    'Have its scripts and style sheets relative addresses only?',
    broken.length === 0,
    broken.slice(0, 5).join(', ') || `${files.length} files`,
    'Write url(a.png) and new URL("a.js", import.meta.url); ask your API by shell.fetch("/…"), which knows where it is.',
  );
}

/** Asks as the gateway does, and looks for addresses of the gateway's origin that leave the prefix out. */
export async function askBelowPrefix(
  known: Ask,
  id: string,
  manifest: Manifest,
  findings: Finding[],
): Promise<void> {
  const prefix = `/api/plugins/${id}/app`;
  const origin = 'https://gateway.invalid';
  const headers = {
    'x-forwarded-prefix': prefix,
    'x-forwarded-host': 'gateway.invalid',
    'x-forwarded-proto': 'https',
  };
  const paths = manifest.routes
    .filter(({ methods, stream }) => methods.includes('GET') && stream === 'none')
    .map(({ path }) => path.replace(/\/?\*\*$/, '').replaceAll('*', 'x') || '/');
  if (paths.length === 0) return;
  const broken: string[] = [];
  for (const path of new Set(paths)) {
    const answer = await known(path, { headers });
    if (!answer) continue;
    for (const name of ['location', 'content-location', 'link', 'refresh']) {
      const value = answer.headers.get(name) ?? '';
      if (value.replaceAll(origin + prefix, '').includes(origin)) broken.push(`${name}: ${value} at ${path}`);
    }
    if (!typeOf(answer).startsWith('text/html')) continue;
    const links = rootedIn(answer.text, inMarkup).filter((link) => !link.startsWith(`${prefix}/`));
    broken.push(...links.map((link) => `${link} in the page at ${path}`));
  }
  note(
    findings,
    'Do its answers work below a prefix?',
    broken.length === 0,
    broken.slice(0, 5).join(', ') || `${paths.length} routes`,
    'Make addresses of x-forwarded-prefix, or say plain paths in headers (the gateway adds the prefix there) and relative links in pages.',
  );
}

function rootedIn(text: string, patterns: readonly RegExp[]): string[] {
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, address = '']) => address));
}

/** Scripts and style sheets of the page's own, as paths of the container. */
function filesOf(html: string, entry: string): string[] {
  const named = [...html.matchAll(/<(?:script|link)\b[^>]*?\s(?:src|href)\s*=\s*["']?([^"'\s>]+)/gi)];
  const base = new URL(entry, 'http://container.invalid');
  const files = named.flatMap(([, reference = '']) => {
    const url = URL.parse(reference, base);
    return url?.origin === base.origin && /\.(?:m?js|css)$/.test(url.pathname)
      ? [url.pathname + url.search]
      : [];
  });
  return [...new Set(files)].slice(0, maxFiles);
}
