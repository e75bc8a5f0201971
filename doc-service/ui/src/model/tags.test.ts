import { expect, test } from 'vitest';

import { cleanTags } from './tags.ts';

test('I4: tags are trimmed, NFC, each once whatever its case, and keep their order', () => {
  expect(cleanTags([' tax ', 'Müller', 'Tax', 'Mu\u0308ller', '', '  ', 'a'])).toEqual([
    'tax',
    'Müller',
    'a',
  ]);
});
