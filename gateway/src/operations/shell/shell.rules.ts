/** Which addresses are pages of the shell, and the headers that each of them is sent with. */

const doors = 'sign-in|register|setup|forgotten|reset|verify';
const inside = 'apps|profile|notifications|share|workspaces(?:/[^/]+)?|extensions/[^/]+(?:/settings)?';
const lists = 'add-extension|groups|requests|audit|connections|traffic|mail|capabilities|workspaces|settings';
const details = '(?:plugins|users)(?:/[^/]+)?|workspace(?:s|-types)/[^/]+/bindings';
const admin = `admin(?:/(?:${lists}|${details}))?`;
const shellRoutes = new RegExp(`^/(?:${doors}|${inside}|${admin})?/?$`);

export function isShellRoute(pathname: string): boolean {
  return shellRoutes.test(pathname);
}

/** Features of the browser that the policy can hand on to frames; the frame's own `allow` says to which. */
export const frameFeatures = ['camera', 'microphone'] as const;

/**
 * @param nonce base64, fresh for each answer: the one style element of the component library carries it
 * @param wanted features that a served extension was approved for. A sandboxed frame has an origin that no
 * list can name.
 */
export function shellHeaders(nonce: string, wanted: ReadonlySet<string>): Record<string, string> {
  const features = frameFeatures.map((name) => `${name}=${wanted.has(name) ? '*' : '()'}`).join(', ');
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': contentSecurityPolicy(nonce),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'permissions-policy': `${features}, geolocation=(), payment=(), usb=(), serial=(), midi=(), display-capture=(), browsing-topics=()`,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    // Style attributes are how the component library sizes and places things.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "connect-src 'self'",
    // A PDF that is printed, of the shell's own making; a frame cannot make one of the shell's origin.
    "frame-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    // M8: no text becomes markup or script but by the one policy of the shell
    // (`plugin-kit/src/frame/trusted-types.ts`).
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ');
}

type Encodings = { br: Buffer | null; gz: Buffer | null };

/** The smallest form that the client reads, or `null` for the plain one. A `q=0` refuses. */
export function chooseEncoding(
  acceptEncoding: string | undefined,
  file: Encodings,
): { name: 'br' | 'gzip'; bytes: Buffer } | null {
  const accepted = new Set(
    (acceptEncoding ?? '')
      .split(',')
      .map((part) => part.trim().toLowerCase())
      .filter((part) => !/;\s*q=0(?:\.0*)?$/.test(part))
      .map((part) => part.split(';')[0]?.trim() ?? ''),
  );
  if (file.br && accepted.has('br')) return { name: 'br', bytes: file.br };
  if (file.gz && accepted.has('gzip')) return { name: 'gzip', bytes: file.gz };
  return null;
}
