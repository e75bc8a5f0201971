/**
 * Trusted Types (M8): no text becomes markup or script here. The policy of the page asks for one door, and
 * this is it: the component library writes style sheets by `innerHTML`, which have no tag in them; the one
 * script by address is the worker that takes shared files.
 */
const workers: ReadonlySet<string> = new Set(['/share-worker.js']);

type Policy = {
  createHTML: (text: string) => string | null;
  createScriptURL: (address: string) => string | null;
};
type Factory = { createPolicy: (name: string, policy: Policy) => unknown };

/** `null` refuses: the browser then throws where the text would have become markup. */
export const policy: Policy = {
  createHTML: (text) => (text.includes('<') ? null : text),
  createScriptURL: (address) => (workers.has(address) ? address : null),
};

/** Before anything is drawn. A browser that knows no Trusted Types holds no page to them. */
export function closeTheDoors(page: object): void {
  const factory: unknown = Reflect.get(page, 'trustedTypes');
  if (isFactory(factory)) factory.createPolicy('default', policy);
}

function isFactory(value: unknown): value is Factory {
  return typeof value === 'object' && value !== null && 'createPolicy' in value;
}
