/**
 * A plugin's page files, below `/apps/{id}/`. The page runs in an opaque origin, which sends no cookie for
 * its files; so an authorized user is redirected to an address that itself says so:
 * `/apps/{id}/~{capability}/…`.
 */
import { safeEqual } from '@berth/plugin-kit/base/safe-equal.ts';
import { createHmac } from 'node:crypto';
import { frameSandbox } from '@berth/plugin-kit/contract/frame.ts';
import type { Manifest } from '@berth/plugin-kit/contract/manifest.ts';

const windowMs = 12 * 60 * 60 * 1000;

export type Capabilities = {
  /** What stands behind the `~`; the same for 12 hours, good for 12 to 24. */
  of: (pluginId: string) => string;
  isGood: (pluginId: string, given: string) => boolean;
};

/** @param secret of this gateway, the same on every instance */
export function capabilities(secret: string, now: () => number): Capabilities {
  let known = new Map<string, string>();
  let knownWindow = -1;
  const compute = (pluginId: string, window: number) =>
    createHmac('sha256', secret).update(`ui-files\n${pluginId}\n${window}`).digest('base64url');
  const capabilityIn = (pluginId: string, window: number) => {
    const current = Math.floor(now() / windowMs);
    if (current !== knownWindow) {
      known = new Map();
      knownWindow = current;
    }
    const key = `${window} ${pluginId}`;
    let capability = known.get(key);
    if (capability === undefined) known.set(key, (capability = compute(pluginId, window)));
    return capability;
  };
  return {
    of: (pluginId) => capabilityIn(pluginId, Math.floor(now() / windowMs)),
    isGood: (pluginId, given) => {
      const window = Math.floor(now() / windowMs);
      return (
        safeEqual(given, capabilityIn(pluginId, window)) ||
        safeEqual(given, capabilityIn(pluginId, window - 1))
      );
    },
  };
}

/** `/~{capability}/app.js` → its parts. @returns `null` where there is no capability in the path */
export function readCapability(rest: string): { capability: string; file: string } | null {
  if (!rest.startsWith('/~')) return null;
  const end = rest.indexOf('/', 2);
  return end < 0 ? null : { capability: rest.slice(2, end), file: rest.slice(end) };
}

/** @param file behind the capability, beginning with a slash @returns the container's path */
export function pageFilePath(entry: string, file: string): string {
  return file === '/' ? entry : pageRoot(entry) + file;
}

/** The folder in which the page's files lie, without the slash at its end. */
export function pageRoot(entry: string): string {
  return entry.slice(0, entry.lastIndexOf('/'));
}

/** Of a request for a page file, what the container gets to hear: nothing that tells people apart. */
const passedToPages = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'if-none-match',
  'if-modified-since',
  'if-range',
  'range',
  'user-agent',
]);

export function pageRequestHeaders(passed: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < passed.length; index += 2) {
    const name = passed[index] ?? '';
    if (passedToPages.has(name.toLowerCase())) kept.push(name, passed[index + 1] ?? '');
  }
  return kept;
}

/**
 * The page may load its own files and talk to its own API, and to nothing else. `sandbox` makes its origin
 * opaque even when the address is opened outside the shell.
 * @param origins of the gateway, as browsers know it
 */
export function pagePolicyLines(
  origins: readonly string[],
  pluginId: string,
  mounts: Manifest['mounts'],
): string[] {
  const files = origins.map((origin) => `${origin}/apps/${pluginId}/`).join(' ');
  // A source that ends with a slash takes all below it, one without takes itself alone.
  const prefixes = [`/api/plugins/${pluginId}/app`, ...mounts];
  const api = origins
    .flatMap((origin) => prefixes.flatMap((prefix) => [`${origin}${prefix}`, `${origin}${prefix}/`]))
    .join(' ');
  const policy = [
    `default-src 'none'`,
    `script-src ${files}`,
    `style-src ${files} 'unsafe-inline'`,
    `img-src ${files} data: blob:`,
    `media-src ${files} blob:`,
    `font-src ${files} data:`,
    `connect-src ${files} ${api} ${socketSources(api)}`,
    `worker-src ${files} blob:`,
    `manifest-src ${files}`,
    `form-action ${files}`,
    `frame-src 'none'`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `frame-ancestors 'self'`,
    `sandbox ${frameSandbox}`,
  ].join('; ');
  return [
    'content-security-policy',
    policy,
    'x-content-type-options',
    'nosniff',
    'referrer-policy',
    'no-referrer',
  ];
}

function socketSources(sources: string): string {
  return sources.replaceAll('http://', 'ws://').replaceAll('https://', 'wss://');
}
