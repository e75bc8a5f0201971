import { expect, test } from 'vitest';
import { problemWords, secondStepIn } from './arrival.rules.ts';

test('A15 the ticket of a second step is read from the fragment, and nothing else is taken for one', () => {
  const ticket = 'a'.repeat(80);
  expect(secondStepIn(`#ticket=${ticket}&methods=totp%2Crecovery`)).toEqual({
    ticket,
    methods: ['totp', 'recovery'],
  });
  for (const hash of ['', '#', '#ticket=', '#ticket=short', `#ticket=${'<'.repeat(80)}`, '#token=x'])
    expect(secondStepIn(hash)).toBeNull();
});

test('A15 each problem has words, and what is not ours is not shown', () => {
  expect(problemWords('provider-unavailable', { name: 'Company' })).toContain('Company does not answer');
  expect(problemWords('link-first', undefined)).toContain('The provider');
  for (const wanted of ['constructor', 'Your account was hacked', undefined, 1])
    expect(problemWords(wanted, { name: 'x' })).toBeNull();
});

test('a5 an issuer that differs is told with both spellings, as the gateway knows them', () => {
  const issuer_mismatch = { listed: 'https://id.example/o', told: 'https://id.example/o/' };
  const told = problemWords('issuer-differs', { name: 'Company', issuer_mismatch });
  expect(told).toContain(
    'spells its issuer “https://id.example/o”, and Company itself “https://id.example/o/”.',
  );
  expect(problemWords('issuer-differs', { name: 'Company' })).toContain('Ask an administrator');
});
