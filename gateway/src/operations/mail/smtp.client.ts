import type { SendLetter } from './mail.types.ts';
import { withoutClearPassword } from './smtp-url.rules.ts';

const connectTimeoutMs = 10_000;
const answerTimeoutMs = 20_000;

/** @param url `smtp://user:password@host:587`, `smtps://…` for TLS from the first byte */
export function smtpClient(url: string, from: string): { send: SendLetter; close: () => void } {
  let transport: ReturnType<typeof transportTo> | null = null;
  return {
    send: async ({ to, subject, text }) => {
      const opened = await (transport ??= transportTo(url));
      await opened.sendMail({ from, to, subject, text, headers: { 'auto-submitted': 'auto-generated' } });
    },
    close: () =>
      void transport?.then(
        (opened) => opened.close(),
        () => {},
      ),
  };
}

/** The library is loaded with the first letter: a gateway that sends none does without its memory. */
async function transportTo(url: string) {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url: withoutClearPassword(url),
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: answerTimeoutMs,
    // A letter is text that we wrote: nothing is fetched from a file or an address that it may name.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
