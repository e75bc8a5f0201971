import { describe, expect, test } from 'vitest';
import { delayMs } from './delay.rules.ts';
import { mergeSources, readServicesEnvironment, readServicesYaml } from './sources.rules.ts';

describe('C10 services.yaml', () => {
  test.each([
    ['', []],
    ['services:', []],
    ['services: {}', []],
    ['services:\n  hello: http://127.0.0.1:9000', [{ id: 'hello', origin: 'http://127.0.0.1:9000', source: 'file', approving: 'auto' }]],
    [
      'services:\n  hello: {url: "https://hello.example/", approve: auto}',
      [{ id: 'hello', origin: 'https://hello.example', source: 'file', approving: 'auto' }],
    ],
    ['services:\n  hello:\n    url: http://hello\n    approve: first', [{ id: 'hello', origin: 'http://hello', source: 'file', approving: 'first' }]],
    ['services: {hello: {url: "http://hello", approve: always}}', [{ id: 'hello', origin: 'http://hello', source: 'file', approving: 'always' }]],
  ])('%j', (text, services) => {
    expect(readServicesYaml(text)).toEqual({ ok: true, services });
  });

  test.each([
    ['broken YAML', 'services: [', /./],
    ['an id twice', 'services:\n  a1: http://x\n  a1: http://y', /unique/],
    ['an unknown key', 'service:\n  hello: http://x', /service/],
    ['an unknown key of a service', 'services:\n  hello: {url: "http://x", colour: red}', /services\.hello/],
    ['an id that is none', 'services:\n  Hello: http://x', /services\.Hello/],
    ['__proto__', 'services:\n  __proto__: http://x', /./],
    ['a path', 'services:\n  hello: http://x/path', /services\.hello.*without path/],
    ['credentials', 'services:\n  hello: http://user:pass@x', /without path, query or credentials/],
    ['another protocol', 'services:\n  hello: file:///etc/passwd', /http/],
    ['an approval that there is not', 'services:\n  hello: {url: "http://x", approve: never}', /services\.hello\.approve/],
    ['an alias bomb', 'a: &a [x]\nservices: *a', /aliases/],
  ])('%s is told', (_, text, problem) => {
    const reading = readServicesYaml(text);
    expect(reading.ok).toBe(false);
    expect(reading.ok ? '' : reading.problems.join('\n')).toMatch(problem);
  });
});

test('the environment: a wrong entry is left out and told, the first of two alike counts', () => {
  const { services, problems } = readServicesEnvironment([
    { id: 'a1', url: 'http://one:1' },
    { id: 'a1', url: 'http://two:2' },
    { id: 'b1', url: 'http://user:pass@three' },
  ]);
  expect(services.map(({ id, origin }) => [id, origin])).toEqual([['a1', 'http://one:1']]);
  expect(problems.length).toBe(2);
  expect(problems.join()).not.toContain('pass@');
});

test('where both name an id the environment wins, told', () => {
  const [environment, file] = [[{ id: 'a1', url: 'http://env' }], 'services:\n  a1: http://file\n  b1: http://file'];
  const reading = readServicesYaml(file);
  const merged = mergeSources(readServicesEnvironment(environment).services, reading.ok ? reading.services : []);
  expect(merged.services.map(({ id, origin }) => [id, origin])).toEqual([
    ['a1', 'http://env'],
    ['b1', 'http://file'],
  ]);
  expect(merged.problems).toEqual(['services.yaml: "a1" is named by BERTH_SERVICES too, which wins']);
});

test('hazard O4: waits are jittered, and 1, 2, 4… s up to the interval for one that is down', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 100].map((failures) => delayMs(failures, 30_000, 0.5))).toEqual([
    30_000, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
  ]);
  expect([delayMs(0, 30_000, 0), delayMs(0, 30_000, 1)]).toEqual([27_000, 33_000]);
  expect(delayMs(3, 500, 0.5)).toBe(500);
});
