import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { expect, test } from 'vitest';
import { exportText, readImport } from './exchange.ts';
import { versionsOf } from './versions.ts';

const mask = '********';
const schema: JsonObject = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    token: { type: 'string', writeOnly: true },
    mail: {
      type: 'object',
      properties: { host: { type: 'string' }, password: { type: 'string', writeOnly: true } },
    },
  },
};
const present: JsonObject = { name: 'Quay', token: mask, mail: { host: 'a', password: mask } };
const nothingFixed = () => false;
const read = (text: string, now = present) => readImport('quay', now, { text, isFixed: nothingFixed });

test('F5 an export says of secrets that they are set, and what it wrote comes back unchanged', () => {
  const typed: JsonObject = { name: 'Quay', token: 'typed just now', mail: { host: 'a', password: 'too' } };
  const text = exportText(schema, 'quay', typed);
  expect(text).not.toMatch(/typed just now|too/);
  expect(read(text)).toEqual({ ok: true, next: present, withoutSecret: [] });
});

test('F5 a secret of a file that is not set here is named, and has to be typed', () => {
  const text = exportText(schema, 'quay', present);
  expect(read(text, { name: 'Other' })).toEqual({
    ok: true,
    next: { name: 'Quay', mail: { host: 'a' } },
    withoutSecret: ['token', 'mail/password'],
  });
});

test('F5 what a person cannot change stays, and other files are refused in words', () => {
  const text = exportText(schema, 'quay', { ...present, name: 'New' });
  const kept = readImport('quay', present, { text, isFixed: (key) => key === 'name' });
  expect(kept).toMatchObject({ ok: true, next: { name: 'Quay' } });
  expect(read('{')).toEqual({ ok: false, detail: 'This is no JSON.' });
  expect(read('{"a":1}')).toMatchObject({ ok: false, detail: expect.stringContaining('no export') });
  expect(read(text.replace('"quay"', '"pier"'))).toMatchObject({
    ok: false,
    detail: expect.stringContaining('“pier”'),
  });
});

const save = (
  id: string,
  changes: { pointer: string; before?: string; after?: string; secret?: true }[],
) => ({
  id,
  at: '2026-01-31T10:00:00Z',
  user: { id: 'u', email: 'ada@example.org' },
  outcome: 'saved' as const,
  changes,
});

test('F5 versions are the present one and each before it; secrets stay, and an empty object goes with its last member', () => {
  const versions = versionsOf(present, [
    save('3', [{ pointer: '/name', before: 'Pier', after: 'Quay' }]),
    { ...save('2', [{ pointer: '/name', before: 'Refused', after: 'Pier' }]), outcome: 'refused' as const },
    save('1', [
      { pointer: '/token', secret: true },
      { pointer: '/mail/host', after: 'a' },
    ]),
  ]);
  expect(versions.map(({ id, settings }) => [id, settings['name'], settings['token']])).toEqual([
    ['3', 'Quay', mask],
    ['1', 'Pier', mask],
    ['first', 'Pier', mask],
  ]);
  expect(versions.at(-1)?.settings['mail']).toEqual({ password: mask });
  const [, first] = versionsOf({ mail: { host: 'a' } }, [save('1', [{ pointer: '/mail/host', after: 'a' }])]);
  expect(first?.settings).toEqual({});
});
