import { t } from '#words/words.ts';
/** What is left to do in a new Berth. Pure: each step ticks itself by what is so. */
export type Facts = {
  hasSecondFactor: boolean | undefined;
  people: number | undefined;
  extensions: number | undefined;
  hasMail: boolean | undefined;
};
export type Step = { id: string; title: string; why: string; to: string; isDone: boolean };

/** @returns `null` while not everything is known: a list that jumps is worse than one that comes later */
export function firstSteps({ hasSecondFactor, people, extensions, hasMail }: Facts): Step[] | null {
  if (
    hasSecondFactor === undefined ||
    people === undefined ||
    extensions === undefined ||
    hasMail === undefined
  )
    return null;
  return [
    {
      id: 'second-factor',
      title: t('Add a second factor'),
      why: t('Your account can change everything: a password alone is too little.'),
      to: '/profile',
      isDone: hasSecondFactor,
    },
    {
      id: 'people',
      title: t('Add the people'),
      why: t('Each with an account of their own, by hand or by an invitation.'),
      to: '/admin/users',
      isDone: people > 1,
    },
    {
      id: 'extension',
      title: t('Add an extension'),
      why: t('A container that Berth finds by its address, or one of a catalogue.'),
      to: '/admin/add-extension',
      isDone: extensions > 0,
    },
    {
      id: 'mail',
      title: t('Set up mail'),
      why: t('For invitations, forgotten passwords and notifications. The Mail page says how.'),
      to: '/admin/mail',
      isDone: hasMail,
    },
  ];
}
