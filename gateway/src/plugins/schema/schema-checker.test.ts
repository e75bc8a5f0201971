import { afterAll, describe, expect, test } from 'vitest';
import { createSchemaChecker } from './schema-checker.ts';

const checker = createSchemaChecker();
afterAll(() => checker.stop());

describe('schemas of strangers', () => {
  test('a good schema compiles, and every wrong field is told by its pointer', async () => {
    const schema = {
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string' },
        size: { type: 'integer', minimum: 1 },
        colour: { type: 'string', format: 'color' },
        mail: { type: 'string', format: 'email' },
        code: { type: 'string', pattern: String.raw`^[A-Z]{2}\d+$` },
        free: { type: 'string', format: 'of-their-own' },
      },
    };
    expect(await checker.compiles(schema)).toEqual({ ok: true });
    expect(
      await checker.fits(schema, {
        name: 'a',
        size: 1,
        colour: 'red',
        mail: 'a@b.example',
        code: 'AB12',
        free: 'x',
      }),
    ).toEqual({ ok: true });
    const verdict = await checker.fits(schema, { size: 0, mail: 'nobody', code: 'ab' });
    expect(verdict.ok).toBe(false);
    expect(verdict.ok ? [] : verdict.errors.map(({ pointer }) => pointer).toSorted()).toEqual([
      '/code',
      '/mail',
      '/name',
      '/size',
    ]);
  });

  test('F1: draft-04 is read by translation', async () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-04/schema#',
      id: 'settings',
      properties: { a: { minimum: 1, exclusiveMinimum: true } },
    };
    expect(await checker.fits(schema, { a: 1 })).toMatchObject({ ok: false, errors: [{ pointer: '/a' }] });
    expect(await checker.fits(schema, { a: 1.5 })).toEqual({ ok: true });
  });

  test('draft-07 is read, an unknown draft is refused', async () => {
    expect(
      await checker.fits(
        { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }] },
        [1],
      ),
    ).toMatchObject({
      ok: false,
      reason: 'does-not-fit',
    });
    expect(await checker.compiles({ $schema: 'http://json-schema.org/draft-03/schema#' })).toMatchObject({
      ok: false,
      reason: 'does-not-compile',
    });
  });

  test.each(['https://elsewhere.example/schema.json', 'file:///etc/passwd', 'other.json#/a', '/absolute'])(
    'hazard M4: the reference %s is refused with its pointer',
    async ($ref) => {
      expect(await checker.compiles({ properties: { a: { $ref } } })).toMatchObject({
        ok: false,
        reason: 'does-not-compile',
        errors: [{ pointer: '/properties/a/$ref' }],
      });
    },
  );

  test('a setting may be called $ref, and references inside the document work', async () => {
    expect(
      await checker.compiles({
        properties: {
          $ref: { type: 'string' },
          properties: { type: 'string', default: { $ref: 'http://x' } },
        },
      }),
    ).toEqual({
      ok: true,
    });
    const schema = { properties: { a: { $ref: '#/$defs/n' } }, $defs: { n: { type: 'number' } } };
    expect(await checker.fits(schema, { a: 'x' })).toMatchObject({ ok: false, errors: [{ pointer: '/a' }] });
    expect(await checker.compiles({ properties: { a: { $ref: '#/$defs/missing' } } })).toMatchObject({
      ok: false,
      reason: 'does-not-compile',
    });
  });

  test('hazard M5: a pattern that would stall another engine answers at once', async () => {
    const schema = { properties: { a: { type: 'string', pattern: '^(a+)+$' } } };
    const begin = performance.now();
    expect(await checker.fits(schema, { a: `${'a'.repeat(5000)}!` })).toMatchObject({
      ok: false,
      reason: 'does-not-fit',
    });
    expect(performance.now() - begin).toBeLessThan(20_000);
  });

  test('hazard M5: a pattern that looks around or back is checked within a limit', async () => {
    const schema = {
      properties: {
        twice: { type: 'string', pattern: String.raw`^(a+)\1$` },
        ahead: { type: 'string', pattern: '^(?!root$)[a-z]+$' },
        slow: { type: 'string', pattern: String.raw`^(?=(a+)+$)b` },
      },
    };
    expect(await checker.fits(schema, { twice: 'aa', ahead: 'ada' })).toEqual({ ok: true });
    expect(await checker.fits(schema, { twice: 'aba', ahead: 'root' })).toMatchObject({
      ok: false,
      errors: [{ pointer: '/twice' }, { pointer: '/ahead' }],
    });
    // What takes too long here is left to the container, and nothing is killed for it.
    expect(await checker.fits(schema, { slow: `${'a'.repeat(40)}!` })).toEqual({ ok: true });
  });

  test('hazard M5: a pattern that no engine reads is refused at its place', async () => {
    const schema = { properties: { pattern: { pattern: '(' } }, patternProperties: { '[': {} } };
    expect(await checker.compiles(schema)).toMatchObject({
      ok: false,
      reason: 'does-not-compile',
      errors: [{ pointer: '/properties/pattern/pattern' }, { pointer: '/patternProperties/[' }],
    });
  });

  test('hazard M5: more than 500 properties are refused', async () => {
    const properties = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`p${index}`, {}]));
    expect(await checker.compiles({ properties })).toMatchObject({ ok: false, reason: 'does-not-compile' });
  });

  test('hazard M5: what takes too long is killed, and the next schema is served', async () => {
    const value = Array.from({ length: 200_000 }, (_, index) => ({ index: [index] }));
    expect(await checker.fits({ uniqueItems: true }, value)).toMatchObject({
      ok: false,
      reason: 'too-costly',
    });
    expect(await checker.compiles({ type: 'object' })).toEqual({ ok: true });
  });

  test('a worker that nothing is asked of ends, and another one serves the next schema', async () => {
    const brief = createSchemaChecker({ idleMs: 1 });
    const { promise: ended, resolve } = Promise.withResolvers<number>();
    process.once('worker', (worker) => worker.once('exit', resolve));
    expect(await brief.compiles({ type: 'object' })).toEqual({ ok: true });
    await ended;
    expect(await brief.compiles({ type: 'object' })).toEqual({ ok: true });
    await brief.stop();
  });

  test('the same word in two schemas that name themselves alike is no clash', async () => {
    expect(await checker.compiles({ $id: 'settings', type: 'object' })).toEqual({ ok: true });
    expect(await checker.compiles({ $id: 'settings', type: 'array' })).toEqual({ ok: true });
  });
});
