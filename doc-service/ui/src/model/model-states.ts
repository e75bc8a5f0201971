/** Why a model does not help: what it is called, and what a person does about it. */
type Words = { title: string; next: string };

const words: Readonly<Record<string, Words>> = {
  budget: {
    title: 'The budget of the model is used up',
    next: 'A superuser can raise it on the page Connections.',
  },
  rate: { title: 'The model is asked too often', next: 'It is tried again by itself.' },
  refused: {
    title: 'The model refuses the key',
    next: 'A superuser can set another one on the page Connections.',
  },
  'wrong-model': {
    title: 'The provider does not know the model',
    next: 'A superuser can name another one on the page Connections.',
  },
  untrusted: {
    title: 'The provider does not prove that it is the right one',
    next: 'A superuser can test the connection on the page Connections.',
  },
  'not-understood': {
    title: 'The answers of the model are of no use',
    next: 'Another model may do better: a superuser can name one on the page Connections.',
  },
  'too-large': {
    title: 'The answers of the model are too large',
    next: 'Another model may do better: a superuser can name one on the page Connections.',
  },
  slow: {
    title: 'The model is too slow',
    next: 'It is tried again by itself; a smaller model answers sooner.',
  },
  cut: { title: 'The answer of the model broke off', next: 'It is tried again by itself.' },
  unreachable: {
    title: 'The model cannot be reached',
    next: 'It is tried again by itself. A superuser can test the connection on the page Connections.',
  },
  'daily-limit': { title: 'Enough for today', next: 'The settings of Documents say how many a day.' },
};
const other: Words = { title: 'The model does not help right now', next: 'It is tried again by itself.' };

/** @param state as the archive names it */
export function modelState(state: string): Words {
  return words[state] ?? other;
}
