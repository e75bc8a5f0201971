/** The gateway's password policy, evaluated while one types. The same data decides again over there. */
import type { PasswordRequirement } from '#api/types.ts';

export type Judged = { id: string; message: string; met: boolean };

/** Every requirement with whether it is met, in the order in which the gateway gave them. */
export function judgePassword(
  policy: readonly PasswordRequirement[],
  password: string,
  person: { email?: string; name?: string },
): Judged[] {
  // What the gateway keeps: full-width letters are no other ones.
  const kept = password.normalize('NFKC');
  return policy.map((requirement, index) => ({
    id: `${requirement.id}-${index}`,
    message: requirement.message,
    met: password !== '' && isMet(requirement, kept, person),
  }));
}

function isMet(
  requirement: PasswordRequirement,
  password: string,
  person: { email?: string; name?: string },
): boolean {
  const lower = password.toLowerCase();
  switch (requirement.id) {
    case 'length':
      return Array.from(password).length >= requirement.min_length;
    case 'pattern':
      return matches(requirement.pattern, password);
    case 'words':
      return !requirement.words.some((word) => lower.includes(word.toLowerCase()));
    case 'own-name':
      return !ownWords(person).some((word) => lower.includes(word));
    default:
      // A kind that this shell does not know yet: the gateway will say.
      return true;
  }
}

/** The e-mail's local part and each part of the name, when long enough to mean something. */
function ownWords({ email = '', name = '' }: { email?: string; name?: string }): string[] {
  const local = email.split('@')[0] ?? '';
  return [local, ...name.split(/\s+/)]
    .map((word) => word.normalize('NFKC').toLowerCase())
    .filter((word) => word.length >= 3);
}

function matches(pattern: string, password: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(password);
  } catch {
    return true;
  }
}
