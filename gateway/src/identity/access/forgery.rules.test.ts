import { expect, test } from 'vitest';
import { forgeryIn } from './forgery.rules.ts';

const ask = (host: string, origin: string, publicOrigin: string | null) =>
  forgeryIn({
    method: 'POST',
    rawHeaders: ['Host', host, 'Origin', origin],
    ridesOnCookie: false,
    isExpectedToken: null,
    publicOrigin,
  });

test.each([
  'rebound.example',
  'gateway.example.',
  'gateway.example:8443',
  'GATEWAY.evil',
  '127.0.0.1.evil',
  'localhost.evil',
  '1.2.3.4.example:80',
])(
  'hazard P12: under its public name a request from a page of %s is from another origin, though the host header says the same',
  (host) => {
    expect(ask(host, `https://${host.toLowerCase()}`, 'https://gateway.example')).toBe(
      'The request came from another origin.',
    );
  },
);

test.each([
  ['gateway.example', 'https://gateway.example', 'https://gateway.example'],
  ['berth:8000', 'https://gateway.example', 'https://gateway.example'],
  ['127.0.0.1:8000', 'http://127.0.0.1:8000', 'https://gateway.example'],
  ['[::1]:8000', 'http://[::1]:8000', 'https://gateway.example'],
  ['LocalHost:8000', 'http://localhost:8000', 'https://gateway.example'],
  ['any.example', 'http://any.example', null],
])('hazard P12: asked as %s, a page of %s is our own (public name: %s)', (host, origin, publicOrigin) => {
  expect(ask(host, origin, publicOrigin)).toBe(null);
});
