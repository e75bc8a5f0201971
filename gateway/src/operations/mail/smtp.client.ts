import { createTransport } from 'nodemailer';
import type { SendLetter } from './mail.types.ts';
import { withoutClearPassword } from './smtp-url.rules.ts';

const connectTimeoutMs = 10_000;
const answerTimeoutMs = 20_000;

/** @param url `smtp://user:password@host:587`, `smtps://…` for TLS from the first byte */
export function smtpClient(url: string, from: string): { send: SendLetter; close: () => void } {
  const transport = createTransport({
    url: withoutClearPassword(url),
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: answerTimeoutMs,
    // A letter is text that we wrote: nothing is fetched from a file or an address that it may name.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async ({ to, subject, text }) =>
      void (await transport.sendMail({
        from,
        to,
        subject,
        text,
        headers: { 'auto-submitted': 'auto-generated' },
      })),
    close: () => transport.close(),
  };
}
