/** What a password must be, as data: the form shows these very rows and the check runs them. */
import type { PasswordRequirement } from '@berth/plugin-kit/contract/wire/people.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';

/** Whose password it is to be. */
export type Person = { email: string; name?: string | null | undefined };

/** Hashing works on all of the input: without a limit a long one is a way to keep the processor busy. */
export const maxPasswordBytes = 1024;

export const passwordPolicy: readonly PasswordRequirement[] = [
  { id: 'length', min_length: 8, max_bytes: maxPasswordBytes, message: 'At least 8 characters.' },
  { id: 'pattern', pattern: '\\p{Lu}', message: 'An upper-case letter.' },
  { id: 'pattern', pattern: '[^\\p{L}\\p{N}\\s]', message: 'A special character, such as ! or #.' },
  {
    id: 'words',
    words: ['test', 'password', 'passwort', 'qwert', '12345', 'letmein', 'welcome', 'admin'],
    message: 'No common word, such as “password”.',
  },
  { id: 'own-name', message: 'Not your own name.' },
];

/** @returns the message of every rule that the password breaks */
export function passwordFaults(
  password: string,
  person: Person,
  policy: readonly PasswordRequirement[] = passwordPolicy,
): string[] {
  if (Buffer.byteLength(password) > maxPasswordBytes) return [`At most ${maxPasswordBytes} bytes.`];
  const kept = keptForm(password);
  return policy.filter((rule) => breaks(rule, kept, person)).map(({ message }) => message);
}

/** What is hashed, and so what is judged: full-width letters are no other ones, and one composition is another's. */
export function keptForm(password: string): string {
  return password.normalize('NFKC');
}

/** @throws Problem 422 with every reason at once */
export function refuseWeak(password: string, person: Person, pointer = '/password'): void {
  const errors = passwordFaults(password, person).map((detail) => ({ pointer, detail }));
  if (errors.length > 0) throw new Problem('invalid', { errors });
}

function breaks(rule: PasswordRequirement, password: string, person: Person): boolean {
  const lower = password.toLowerCase();
  switch (rule.id) {
    case 'length':
      return Array.from(password).length < rule.min_length;
    case 'pattern':
      return !new RegExp(rule.pattern, 'u').test(password);
    case 'words':
      return rule.words.some((word) => lower.includes(word));
    case 'own-name':
      return ownWords(person).some((word) => lower.includes(word));
  }
}

function ownWords({ email, name }: Person): string[] {
  const [local = ''] = email.split('@');
  return [local, ...(name ?? '').split(/\s+/)]
    .map((word) => keptForm(word).toLowerCase())
    .filter((word) => word.length >= 3);
}
