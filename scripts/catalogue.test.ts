/** Every text that people read has a translation, and none is written in English alone (issue 15, ADR 56). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultsOf, readTexts, textsOf } from './catalogue.ts';
import { root } from './start/paths.ts';

/** Names and symbols: they are the same in every language. */
const names = new Set(
  (
    'Berth|Docker Compose|Kubernetes|Edge|Firefox|Chrome|Safari|Android|Windows|Macintosh|Linux|' +
    'Ctrl|Esc|Enter|' +
    '2xx|3xx|4xx|5xx|.env|/metrics|BERTH_SMTP_URL|BERTH_IMPORT_DIR|SHA-256|doc-service-admin|Shift N|' +
    'document_exporter|manifest.json|berth documents import|amount:100..200'
  ).split('|'),
);
/** For developers: what no person of a running Berth reads. */
const internal = new Set([
  'Bearer {secret}',
  'Settings of several shapes have at least one.',
  'index.html has no #root',
  'Bearer',
  ': an object was expected',
  ': a list was expected',
  ': text was expected',
  ': a number was expected',
  'status: unknown station',
  'a part of the page was drawn outside of it',
  'text/event-stream, application/json',
  'required not pattern enum const minimum maximum minLength maxLength format exclusiveMinimum ' +
    'exclusiveMaximum\n  multipleOf minItems maxItems minProperties maxProperties additionalProperties ' +
    'default examples',
]);
const pages = ['web/src', 'doc-service/ui/src'].map((folder) => ({
  folder,
  german: `${folder}/words/de.json`,
}));

for (const { folder, german } of pages) {
  const { used, bare } = readTexts(join(root, folder), new Set([...names, ...internal]));

  test(`G5 ${folder}: no text is written beside the call that translates it`, () => {
    expect(used.size).toBeGreaterThan(100);
    expect(bare).toEqual([]);
  });

  test(`G5 ${folder}: the German catalogue has every text, with the same places and cases, and no other`, () => {
    const catalogue: Record<string, string> = JSON.parse(readFileSync(join(root, german), 'utf8'));
    expect(faultsOf(used, catalogue)).toEqual([]);
    expect(Object.keys(catalogue)).toEqual(Object.keys(catalogue).toSorted());
  });
}

const read = (source: string) => {
  const { used, bare } = textsOf('page.tsx', source, new Set(['Berth']));
  return { used: [...used.keys()], bare };
};

test('G5 the check finds every text that goes through the call', () => {
  const { used, bare } = read(`
    const look = { label: msg('Done'), title: t('{count, plural, one {1 user} other {# users}}', { count }) };
    const one = () => <p title={t(isOpen ? 'Close it' : 'Open it')}>{t('One text ' + 'in two parts')}</p>;
    const two = () => <Words text={mailed ? msg('Sent <when/>') : msg('Kept')} parts={{}} />;
  `);
  expect(used).toEqual([
    'Done',
    '{count, plural, one {1 user} other {# users}}',
    'Close it',
    'Open it',
    'One text in two parts',
    'Sent <when/>',
    'Kept',
  ]);
  expect(bare).toEqual([]);
});

test.each([
  ['<p>Sign out</p>', 'Sign out'],
  ['<p aria-label="Sign out" />', 'Sign out'],
  ["<p title={isOpen ? 'Close' : t('Open')} />", 'Close'],
  ["<Alert>{failed && 'It did not work.'}</Alert>", 'It did not work.'],
  ["tell(t('{name} is here', { name: `Group of all: ${name}` }))", 'Group of all:'],
  ["const look = { label: 'Done' };", 'Done'],
])('G5 the check tells of the English in %j', (source, told) => {
  expect(read(source).bare).toEqual([`page.tsx:1 ${told}`]);
});

test('G5 the check is silent about what is for machines', () => {
  const { bare } = read(`
    import { thing } from 'Some words';
    type Kind = 'Some words';
    const two = () => <p className="one two" style={{ font: 'one two' }}>Berth</p>;
    if (event.key === 'Delete it') close();
  `);
  expect(bare).toEqual([]);
});

test('G5 the check tells what is wrong with a translation', () => {
  const used = new Map([
    ['Sign out', ['nav.tsx:1']],
    ['{name} is here', ['nav.tsx:2']],
    ['{count, plural, one {1 user} other {# users}}', ['nav.tsx:3']],
    ['Open', ['nav.tsx:4']],
  ]);
  const catalogue = {
    Open: 'Öffnen {',
    '{name} is here': '{nam} ist da',
    '{count, plural, one {1 user} other {# users}}': '{count, plural, other {# Benutzer}}',
    'Sign in': 'Anmelden',
  };
  expect(faultsOf(used, catalogue)).toEqual([
    'has no translation: Sign out (nav.tsx:1)',
    'has other places than its text: {nam} ist da',
    'has other cases than its text: {count, plural, other {# Benutzer}}',
    'has a brace without a partner: Öffnen {',
    'is said nowhere: Sign in',
  ]);
});
