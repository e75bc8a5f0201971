import { expect, test } from 'vitest';
import { withoutClearPassword } from './smtp-url.rules.ts';

test.each([
  ['smtp://u:p@mail.internal:587', 'smtp://u:p@mail.internal:587?requireTLS=true'],
  [
    'smtp://u:p@mail.internal?tls.servername=other',
    'smtp://u:p@mail.internal?tls.servername=other&requireTLS=true',
  ],
  ['smtp://u:p%40%2F@mail.internal', 'smtp://u:p%40%2F@mail.internal?requireTLS=true'],
  ['smtps://u:p@mail.internal', 'smtps://u:p@mail.internal'],
  ['smtp://mail.internal', 'smtp://mail.internal'],
  ['smtp://u:p@127.0.0.1:2525', 'smtp://u:p@127.0.0.1:2525'],
  ['smtp://u:p@mail.internal?ignoreTLS=true', 'smtp://u:p@mail.internal?ignoreTLS=true'],
])('hazard S7: the mail password goes out under TLS or not at all: %s', (url, expected) => {
  expect(withoutClearPassword(url)).toBe(expected);
});
