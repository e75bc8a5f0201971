/** The letters that this room writes: plain text, no tracking, every link said in full. */

import { say } from '@berth/plugin-kit/contract/say.ts';

export type Letter = { to: string; subject: string; text: string };

const farewell = '— Berth';

/** The same in every language, for a letter is put into one when it leaves. */
export function momentWords(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** @param when as people write it: who registered twice, or was registered by somebody else, tells the letters apart by it */
export function verifyLetter(to: string, link: string, validFor: string, when: string): Letter {
  return {
    to,
    subject: 'Verify your e-mail for Berth',
    text: paragraphs(
      say`Somebody, hopefully you, made an account for this address on ${when}.`,
      say`Open this link and give the password that was chosen then; it is good for ${validFor} and once:`,
      link,
      'More than one letter like this? Each belongs to one registration, and takes the password of that one.',
      'If that was not you, do nothing: the account stays closed and is removed.',
    ),
  };
}

export function resetLetter(to: string, link: string, validFor: string): Letter {
  return {
    to,
    subject: 'Choose a new password for Berth',
    text: paragraphs(
      'Somebody, hopefully you, forgot the password of this address.',
      say`Open this link to choose a new one; it is good for ${validFor} and once:`,
      link,
      'If that was not you, do nothing: your password stays as it is.',
    ),
  };
}

/** To the owner of an address with which somebody tried to register. */
export function takenLetter(to: string, signInLink: string, forgottenLink: string): Letter {
  return {
    to,
    subject: 'You have an account with Berth already',
    text: paragraphs(
      'Somebody, perhaps you, tried to make an account for this address. You have one already.',
      [say`Sign in: ${signInLink}`, say`Forgotten the password? ${forgottenLink}`].join('\n'),
      'If that was not you, do nothing.',
    ),
  };
}

export function invitationLetter(to: string, link: string, invitedBy: string, validFor: string): Letter {
  return {
    to,
    subject: 'You are invited to Berth',
    text: paragraphs(
      say`${invitedBy} invites you to Berth.`,
      say`Open this link to make your account; it is good for ${validFor} and once:`,
      link,
    ),
  };
}

/** To the person of an account that an admin made. */
export function firstPasswordLetter(to: string, link: string, madeBy: string, validFor: string): Letter {
  return {
    to,
    subject: 'You have an account with Berth',
    text: paragraphs(
      say`${madeBy} made an account for this address.`,
      say`Open this link to choose your password; it is good for ${validFor} and once:`,
      link,
    ),
  };
}

/** Changes of how somebody signs in, of which they hear whoever made them. */
const changes = {
  'password.change': [
    'Your password for Berth was changed',
    'The password of this account was changed, and every other session has ended.',
  ],
  'totp.add': [
    'An authenticator app was added to your account',
    'From now on, signing in asks for a code of the new authenticator app.',
  ],
  'totp.remove': [
    'The authenticator app of your account was turned off',
    'Signing in asks for no code of an authenticator app any more.',
  ],
  'recovery-codes.renew': [
    'You have new recovery codes for Berth',
    'New recovery codes were made for this account; the old ones do not work any more.',
  ],
  'passkey.add': [
    'A passkey was added to your account',
    'A new passkey signs in to this account from now on.',
  ],
  'passkey.remove': [
    'A passkey was removed from your account',
    'A passkey of this account does not sign in any more.',
  ],
  'second-step.change': [
    'Your second step for Berth was changed',
    'Whether a passkey is asked for after the password of this account was changed.',
  ],
  'factors.reset': [
    'An admin reset your second factors',
    'An admin removed the authenticator app, the recovery codes and the passkeys of this account.',
  ],
  'identity.add': [
    'A provider was linked to your account',
    'An account at another provider signs in to this account from now on.',
  ],
  'identity.remove': [
    'A provider was unlinked from your account',
    'An account at another provider does not sign in to this account any more.',
  ],
  'api-key.create': [
    'A new API key opens your account',
    'An API key was made for this account. It opens what it was made for until it expires or is revoked, also after a new password.',
  ],
  'token.reuse': [
    'A program of yours was signed out',
    'A refresh token of this account was used a second time: somebody may have a copy of it. The session that it belonged to has ended.',
  ],
} as const;

export type SecurityChange = keyof typeof changes;

/** @param when as people write it @param forgottenLink where a new password is chosen */
export function changeLetter(
  to: string,
  change: SecurityChange,
  when: string,
  forgottenLink: string,
): Letter {
  const [subject, words] = changes[change];
  const advice = say`If that was not you, choose a new password at once and tell your admin: ${forgottenLink}`;
  return { to, subject, text: paragraphs(words, say`It happened on ${when}.`, advice) };
}

function paragraphs(...texts: readonly string[]): string {
  return `${[...texts, farewell].join('\n\n')}\n`;
}
