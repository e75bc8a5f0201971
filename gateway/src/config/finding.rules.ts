/** What a finding about the environment is, and what several checks ask of a value. */

export type Finding = {
  /** The variable, or the file that it names. */
  setting: string;
  problem: string;
  /** What to do about it. */
  fix: string;
  /** `always`: nothing starts with it. `production`: nothing starts with it where NODE_ENV says so. `never`: a warning. */
  stops: 'always' | 'production' | 'never';
};

export type Env = Readonly<Record<string, string | undefined>>;

/** Words of examples, and one character again and again. */
export const exampleSecret = /change.?me|example|placeholder|your[-_ ]|12345678|(.)\1{7}/i;

export const commonPasswords: ReadonlySet<string> = new Set([
  'postgres',
  'password',
  'secret',
  'admin',
  'root',
  'test',
  'berth',
  'changeme',
  'example',
  '1234',
  '123456',
]);

export function parsed(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

export function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** @param host as in a URL, or an address; none at all is a socket of this machine */
export function isThisMachine(host: string): boolean {
  return (
    ['', 'localhost', '::1', '[::1]'].includes(host) ||
    host.endsWith('.localhost') ||
    /^127(\.\d{1,3}){3}$/.test(host)
  );
}
