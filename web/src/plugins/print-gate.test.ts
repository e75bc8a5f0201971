import { expect, test } from 'vitest';
import { hearPage, type PageEars } from './page-messages.ts';
import { createPrintGate, fileWithinMs } from './print-gate.ts';

const file = new Blob(['%PDF-1.7']);

function gate() {
  const state = { isPressed: false, now: 1000 };
  return {
    state,
    ask: createPrintGate(
      () => state.isPressed,
      () => state.now,
    ),
  };
}

test('hazard M8: without a press in it, a page prints nothing', () => {
  const { ask } = gate();
  expect([ask(file), ask(null), ask(file)]).toEqual([null, null, null]);
});

test('I3: a file that comes within a minute of the press is printed, once', () => {
  const { ask, state } = gate();
  state.isPressed = true;
  expect(ask(null)).toBeNull();
  state.isPressed = false;
  state.now += fileWithinMs - 1;
  expect(ask(file)).toBe(file);
  expect(ask(file)).toBeNull();
});

test('hazard M8: a file that comes later than that is not', () => {
  const { ask, state } = gate();
  state.isPressed = true;
  ask(null);
  state.isPressed = false;
  state.now += fileWithinMs;
  expect(ask(file)).toBeNull();
});

test('hazard M8: what is no file is no message', () => {
  const heard: unknown[] = [];
  const ears: PageEars = {
    tokenWanted: () => heard.push('token'),
    key: (key) => heard.push(key),
    keys: (keys) => heard.push(keys),
    head: (head) => heard.push(head),
    badges: (counts) => heard.push(counts),
    path: (path) => heard.push(path),
    print: (given) => heard.push(given),
  };
  for (const wrong of ['https://evil.example/a.pdf', {}, new ArrayBuffer(8), undefined])
    hearPage({ type: 'print', file: wrong }, ears);
  expect(heard).toEqual([]);
  hearPage({ type: 'print', file }, ears);
  expect(heard).toEqual([file]);
});
