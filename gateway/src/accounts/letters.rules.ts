/** The letters that this room writes: plain text, no tracking, every link said in full. */

export type Letter = { to: string; subject: string; text: string };

const farewell = '— Berth';

export function verifyLetter(to: string, link: string, validFor: string): Letter {
  return {
    to,
    subject: 'Verify your e-mail for Berth',
    text: `Somebody, hopefully you, made an account for this address.\n\nOpen this link to verify it; it is good for ${validFor} and once:\n\n${link}\n\nIf that was not you, do nothing: the account stays closed and is removed.\n\n${farewell}\n`,
  };
}

export function resetLetter(to: string, link: string, validFor: string): Letter {
  return {
    to,
    subject: 'Choose a new password for Berth',
    text: `Somebody, hopefully you, forgot the password of this address.\n\nOpen this link to choose a new one; it is good for ${validFor} and once:\n\n${link}\n\nIf that was not you, do nothing: your password stays as it is.\n\n${farewell}\n`,
  };
}

/** To the owner of an address with which somebody tried to register. */
export function takenLetter(to: string, signInLink: string, forgottenLink: string): Letter {
  return {
    to,
    subject: 'You have an account with Berth already',
    text: `Somebody, perhaps you, tried to make an account for this address. You have one already.\n\nSign in: ${signInLink}\nForgotten the password? ${forgottenLink}\n\nIf that was not you, do nothing.\n\n${farewell}\n`,
  };
}

export function invitationLetter(to: string, link: string, invitedBy: string, validFor: string): Letter {
  return {
    to,
    subject: 'You are invited to Berth',
    text: `${invitedBy} invites you to Berth.\n\nOpen this link to make your account; it is good for ${validFor} and once:\n\n${link}\n\n${farewell}\n`,
  };
}

export function passwordChangedLetter(to: string, forgottenLink: string): Letter {
  return {
    to,
    subject: 'Your password for Berth was changed',
    text: `The password of this account was changed, and every other session has ended.\n\nIf that was not you, choose a new one at once: ${forgottenLink}\n\n${farewell}\n`,
  };
}
