import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { sealer } from '@berth/plugin-kit/base/sealed.ts';
import { earlierSeal } from './earlier-seal.ts';

const secret = randomBytes(32);

test('an e-mail that waited over the update still opens; another secret, another form and a change do not', () => {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'berth outgoing letters', 32));
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update('a letter'), cipher.final()]);
  const sealed = Buffer.concat([nonce, cipher.getAuthTag(), body]);
  const open = earlierSeal(secret);
  expect(open(sealed)).toBe('a letter');
  expect(earlierSeal(randomBytes(32))(sealed)).toBe(null);
  expect(open(sealer(secret, 'outgoing letters').seal(Buffer.from('new'), 'outgoing letters'))).toBe(null);
  expect(open(Buffer.concat([sealed, Buffer.of(0)]))).toBe(null);
  expect(open(Buffer.of(1, 2))).toBe(null);
});
