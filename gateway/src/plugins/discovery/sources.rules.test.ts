import { describe, expect, test } from 'vitest';
import { sentences } from '#platform/words/spoken.ts';
import { delayMs } from './delay.rules.ts';
import { mergeSources, readServicesEnvironment, readServicesYaml, servicesAfter } from './sources.rules.ts';

describe('C10 services.yaml', () => {
  test.each([
    ['', []],
    ['services:', []],
    ['services: {}', []],
    [
      'services:\n  hello: http://127.0.0.1:9000',
      [{ id: 'hello', origin: 'http://127.0.0.1:9000', source: 'file', approving: 'auto' }],
    ],
    [
      'services:\n  hello: {url: "https://hello.example/", approve: auto}',
      [{ id: 'hello', origin: 'https://hello.example', source: 'file', approving: 'auto' }],
    ],
    [
      'services:\n  hello:\n    url: http://hello\n    approve: first',
      [{ id: 'hello', origin: 'http://hello', source: 'file', approving: 'first' }],
    ],
    [
      'services:\n  hello:\n    url: https://hello\n    ca: tls/ca.crt',
      [{ id: 'hello', origin: 'https://hello', source: 'file', approving: 'auto', caFile: 'tls/ca.crt' }],
    ],
    [
      'services: {hello: {url: "http://hello", approve: always}}',
      [{ id: 'hello', origin: 'http://hello', source: 'file', approving: 'always' }],
    ],
  ])('%j', (text, services) => {
    expect(readServicesYaml(text)).toEqual({ services, unread: [], isWhole: true, problems: [] });
  });

  test.each([
    ['broken YAML', 'services: [', 'line 1, column 12: it is indented otherwise'],
    [
      'an id twice',
      'services:\n  a1: http://x\n  a1: http://y',
      'line 3: a1: stands twice; the first counts',
    ],
    ['an unknown key', 'service:\n  hello: http://x', 'line 1: "service" is not known here'],
    [
      'a list in place of a map',
      'services:\n  - hello: http://x',
      'line 1: services: must be a list of "id: address"',
    ],
    [
      'an unknown key of a service',
      'services:\n  hello: {url: "http://x", colour: red}',
      'line 2: hello: Unrecognized key: "colour"',
    ],
    ['an id that is none', 'services:\n  Hello: http://x', 'line 2: Hello: is not an id'],
    ['__proto__', 'services:\n  __proto__: http://x', 'line 2: __proto__: is not an id'],
    [
      'a path',
      'services:\n  hello: http://x/path',
      'line 2: hello: must be http(s)://host:port without path',
    ],
    [
      'credentials',
      'services:\n  hello: http://user:pass@x',
      'line 2: hello: must be http(s)://host:port without path, query or credentials',
    ],
    ['another protocol', 'services:\n  hello: file:///etc/passwd', 'line 2: hello: must be http(s)'],
    [
      'an approval that there is not',
      'services:\n  hello: {url: "http://x", approve: never}',
      'line 2: hello.approve: ',
    ],
    [
      'an authority without TLS',
      'services:\n  hello: {url: "http://x", ca: ca.crt}',
      'line 2: hello.ca: has a meaning for https:// alone',
    ],
    [
      'an authority that is no name',
      'services:\n  hello: {url: "https://x", ca: 7}',
      'line 2: hello.ca: must be the path',
    ],
    [
      'an alias',
      'a: &a http://x\nservices:\n  hello: *a',
      'line 3: hello: aliases (*name) are not read here',
    ],
    ['an alias bomb', 'a: &a [x]\nservices: *a', 'line 2: services: must be'],
  ])('O8: %s is told with its line', (_, text, problem) => {
    const { problems } = readServicesYaml(text);
    expect(problems.join('\n')).toContain(problem);
    expect(problems.join('\n')).not.toContain('pass@');
  });

  const good = '  one: http://one:1\n';
  const bad = [
    '  two: http://two/path\n',
    '  two http://two:2\n',
    '  two: {url: http://two:2\n',
    "  two: 'http://two:2\n",
    '  two: http://two: 2\n',
    '\ttwo: http://two:2/x\n',
    ' two: http://two:2/x\n',
    '  - two\n',
    '  two: @two\n',
    '  two:\n    url: http://two\n    approve: never\n',
    '  Two: http://two:2\n',
  ];
  test.each(bad)('O8: beside %j good lines serve, and it is told', (line) => {
    for (const text of [
      `services:\n${good}${line}  three: http://three:3\n`,
      `# ours\nservices:\n${good}${line}\n  three:\n    url: http://three:3\n`,
    ]) {
      const { services, problems } = readServicesYaml(text);
      expect(services.map(({ id, origin }) => [id, origin])).toEqual([
        ['one', 'http://one:1'],
        ['three', 'http://three:3'],
      ]);
      expect(problems).toEqual([expect.stringMatching(/^line [34](?:, column \d+)?: /)]);
    }
  });

  test('O8: what served before goes on where its entry is wrong or the file is broken, and goes where the file leaves it out', () => {
    const before = readServicesYaml('services:\n  one: http://one:1\n  two: http://two:2\n').services;
    const after = (text: string) =>
      servicesAfter(before, readServicesYaml(text)).map(({ id, origin }) => `${id} ${origin}`);
    expect(after('services:\n  one: http://one:9\n')).toEqual(['one http://one:9']);
    expect(after('services:\n  one: http://one:9\n  two: nonsense\n')).toEqual([
      'one http://one:9',
      'two http://two:2',
    ]);
    expect(after("services:\n  one: http://one:9\n  two: 'http\n")).toEqual([
      'one http://one:9',
      'two http://two:2',
    ]);
    expect(after('services: [')).toEqual(['one http://one:1', 'two http://two:2']);
    expect(after('')).toEqual([]);
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
  const [environment, file] = [
    [{ id: 'a1', url: 'http://env' }],
    'services:\n  a1: http://file\n  b1: http://file',
  ];
  const reading = readServicesYaml(file);
  const merged = mergeSources(readServicesEnvironment(environment).services, reading.services);
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

test.each([
  [
    'services:\n  a1: http://a1: 1\n',
    'line 2, column 7: there is a second colon in one line',
    /Zeile 2, Spalte 7: in einer/,
  ],
  [
    "services:\n  # first\n  a1: 'http://a1\n",
    'column 17: a sign is missing',
    /Zeile 3, Spalte 17: ein Zeichen fehlt/,
  ],
  [
    'services:\n  a1:\n    # x\n    url: @x\n',
    'line 4, column 10: a value cannot begin with',
    /Zeile 4, Spalte 10: ein Wert/,
  ],
  [
    'services:\n  a1: http://a1\n---\nb1: http://b1\n',
    'line 3, column 1: a second document begins here',
    /Zeile 3, Spalte 1: hier beginnt/,
  ],
  ['services:\n  a1: {url: "http://a1"\n', 'or a bracket is not closed', /oder eine Klammer ist nicht/],
  ['services: 5', 'line 1: services: must be a list', /Zeile 1: services: muss eine Liste/],
  ['services:\n  A1: http://a1\n', 'line 2: A1: is not an id', /Zeile 2: A1: ist keine ID: zuerst ein/],
  ['services:\n  a1: http://a1\n  a1: http://b1\n', 'line 3: a1: stands', /Zeile 3: a1: kommt zweimal/],
  ['services:\n  a1: http://a1\n  b1\n', 'line 3: an entry is', /Zeile 3: ein Eintrag ist eine ID/],
  ['services:\n  a1: {url: 5}\n', 'line 2: a1.url: must be http(s)', /Zeile 2: a1.url: muss http\(s\)/],
  ['services:\n  a1: http://a1/x\n', 'line 2: a1: must be http(s)', /Zeile 2: a1: muss http\(s\)/],
  [
    'services:\n  a1: {url: "http://a1", b: 1}\n',
    'line 2: a1: Unrecognized key: "b"',
    /Zeile 2: a1: Unbekanntes Feld: "b"/,
  ],
])('O8, G5: %j is told with its line and column, in the language of the reader', (text, english, german) => {
  const [problem = ''] = readServicesYaml(text).problems;
  expect(problem).toContain(english);
  const told = sentences.in('de').say(`services.yaml, ${problem}`);
  expect(told).toMatch(german);
});
