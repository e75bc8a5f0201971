import { expect, test } from 'vitest';
import { closeTheDoors, policyFor } from './trusted-types.ts';

const policy = policyFor(new Set(['/share-worker.js']));

test('M8: of texts for markup style sheets alone pass; of scripts by address, those that are named', () => {
  const sheet = '*, *::before, *::after {transition: none !important;}';
  expect(policy.createHTML(sheet)).toBe(sheet);
  for (const markup of ['<img src=x onerror=alert(1)>', '</style><script>1</script>', 'a<b'])
    expect(policy.createHTML(markup)).toBeNull();
  expect(policy.createScriptURL('/share-worker.js')).toBe('/share-worker.js');
  for (const address of [
    '/apps/x/attack.js',
    'data:text/javascript,1',
    'https://example.org/share-worker.js',
  ])
    expect(policy.createScriptURL(address)).toBeNull();
  expect(policyFor(new Set()).createScriptURL('/share-worker.js')).toBeNull();
});

test('M8: it is the one policy of the page, and a browser without Trusted Types starts all the same', () => {
  const made: string[] = [];
  closeTheDoors({ trustedTypes: { createPolicy: (name: string) => made.push(name) } });
  closeTheDoors({});
  expect(made).toEqual(['default']);
});
