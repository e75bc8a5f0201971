import { expect, test } from 'vitest';
import { draftOf, inReadWords } from './schema-drafts.ts';

test('F1: draft-04 is read in the words of draft-07, and names and values in it stay as they are', () => {
  const schema = {
    $schema: 'http://json-schema.org/draft-04/schema#',
    id: 'https://example.org/settings',
    properties: {
      id: { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
      minimum: { default: { id: 'x', exclusiveMinimum: true } },
      list: { items: [{ exclusiveMaximum: true, maximum: 5 }], required: ['id'] },
    },
    definitions: { id: { enum: [{ id: 1 }] } },
  };
  expect(inReadWords(schema)).toEqual({
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'https://example.org/settings',
    properties: {
      id: { type: 'number', exclusiveMinimum: 0, maximum: 9 },
      minimum: { default: { id: 'x', exclusiveMinimum: true } },
      list: { items: [{ exclusiveMaximum: 5 }], required: ['id'] },
    },
    definitions: { id: { enum: [{ id: 1 }] } },
  });
  const named = (name: string) => ({ $schema: name });
  expect(
    ['http://json-schema.org/draft-06/schema#', 'https://json-schema.org/draft/2019-09/schema', 'other'].map(
      (name) => draftOf(named(name)),
    ),
  ).toEqual(['draft-07', '2019-09', null]);
  expect(inReadWords({ exclusiveMinimum: true })).toEqual({ exclusiveMinimum: true });
});
