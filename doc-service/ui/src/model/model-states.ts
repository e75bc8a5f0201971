import { msg, type Message } from '../words/words.ts';

/** Why a model does not help: what it is called, and what a person does about it. */
type Words = { title: Message; next: Message };

const words: Readonly<Record<string, Words>> = {
  budget: {
    title: msg('The budget of the model is used up'),
    next: msg('A superuser can raise it on the page Connections.'),
  },
  rate: { title: msg('The model is asked too often'), next: msg('It is tried again by itself.') },
  refused: {
    title: msg('The model refuses the key'),
    next: msg('A superuser can set another one on the page Connections.'),
  },
  'wrong-model': {
    title: msg('The provider does not know the model'),
    next: msg('A superuser can name another one on the page Connections.'),
  },
  untrusted: {
    title: msg('The provider does not prove that it is the right one'),
    next: msg('A superuser can test the connection on the page Connections.'),
  },
  'not-understood': {
    title: msg('The answers of the model are of no use'),
    next: msg('Another model may do better: a superuser can name one on the page Connections.'),
  },
  'too-large': {
    title: msg('The answers of the model are too large'),
    next: msg('Another model may do better: a superuser can name one on the page Connections.'),
  },
  slow: {
    title: msg('The model is too slow'),
    next: msg('It is tried again by itself; a smaller model answers sooner.'),
  },
  cut: { title: msg('The answer of the model broke off'), next: msg('It is tried again by itself.') },
  unreachable: {
    title: msg('The model cannot be reached'),
    next: msg('It is tried again by itself. A superuser can test the connection on the page Connections.'),
  },
  'daily-limit': {
    title: msg('Enough for today'),
    next: msg('The settings of Documents say how many a day.'),
  },
};
const other: Words = {
  title: msg('The model does not help right now'),
  next: msg('It is tried again by itself.'),
};

/** @param state as the archive names it */
export function modelState(state: string): Words {
  return words[state] ?? other;
}
