import { afterEach, expect, test, vi } from 'vitest';
import { keepLocale, keptLocale } from './kept-locale.ts';

afterEach(() => vi.unstubAllGlobals());

test('G5: the chosen language is kept in the browser until it is left to the browser again', () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  expect(keptLocale()).toBe('');
  keepLocale('de-CH');
  expect(keptLocale()).toBe('de-CH');
  keepLocale('');
  expect(kept.size).toBe(0);
});

test('G5: a browser that lets the page keep nothing shows the page all the same', () => {
  const refuse = () => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  };
  vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse, removeItem: refuse });
  expect(keptLocale()).toBe('');
  expect(() => keepLocale('de')).not.toThrow();
});
