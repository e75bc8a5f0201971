/**
 * Trusted Types (M8): no text becomes markup or script in a page. The policy of the page asks for one door,
 * and this is it: the component library writes style sheets by `innerHTML`, which have no tag in them.
 */
type Policy = {
  createHTML: (text: string) => string | null;
  createScriptURL: (address: string) => string | null;
};
type Factory = { createPolicy: (name: string, policy: Policy) => unknown };

/**
 * `null` refuses: the browser then throws where the text would have become markup.
 * @param scripts the addresses of scripts that the page starts by a text, such as a worker's
 */
export function policyFor(scripts: ReadonlySet<string>): Policy {
  return {
    createHTML: (text) => (text.includes('<') ? null : text),
    createScriptURL: (address) => (scripts.has(address) ? address : null),
  };
}

/** Before anything is drawn. A browser that knows no Trusted Types holds no page to them. */
export function closeTheDoors(page: object, scripts: ReadonlySet<string> = new Set()): void {
  const factory: unknown = Reflect.get(page, 'trustedTypes');
  if (isFactory(factory)) factory.createPolicy('default', policyFor(scripts));
}

function isFactory(value: unknown): value is Factory {
  return typeof value === 'object' && value !== null && 'createPolicy' in value;
}
