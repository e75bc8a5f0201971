import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { planForm } from './form-plan.ts';
import { countsOf, formsGuide, guidePath } from './testing/forms-guide.ts';
import { realSchemas } from './testing/real-schemas.ts';

const schemas = realSchemas();

describe('F1, M18: schemas of public software', () => {
  test('there are at least 60, each of a package with a licence', () => {
    expect(schemas.length).toBeGreaterThanOrEqual(60);
    expect(new Set(schemas.map(({ id }) => id)).size).toBe(schemas.length);
    expect([...new Set(schemas.map(({ licence }) => licence))]).toEqual(['MIT']);
  });

  test.each(schemas)(
    '$id has a form, and no part of it is JSON but for one of several shapes',
    ({ schema }) => {
      const { root } = planForm(schema, {});
      expect(root.kind).toBe('group');
      expect(countsOf(root).leaves).toBeGreaterThan(0);
    },
  );

  test('docs/guides/forms.md says what the form does (else: npm run generate)', () => {
    expect(readFileSync(guidePath, 'utf8')).toBe(formsGuide());
  });
});
