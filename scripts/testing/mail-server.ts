/** A real mail server that keeps what it gets, and refuses when it is told to. */
import type { Server } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type Letter = { to: string[]; text: string };

export type MailServer = {
  url: string;
  /** What was not asked for yet. */
  received: readonly Letter[];
  /** With a code of SMTP; `null`: no more. */
  refuse: (code: number | null) => void;
  /** The next letter to this address with these words that was not asked for before, as soon as it is there. */
  letterTo: (to: string, words: string) => Promise<Letter>;
  close: () => Promise<void>;
};

export async function startMailServer(): Promise<MailServer> {
  const received: Letter[] = [];
  const waiting = new Set<() => void>();
  let refusal: number | null = null;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_, __, done) =>
      refusal === null ? done() : done(Object.assign(new Error('not now'), { responseCode: refusal })),
    onData: (stream, session, done) => {
      let text = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => (text += chunk));
      stream.on('end', () => {
        received.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          text: text.replaceAll('=\r\n', '').replaceAll('=3D', '='),
        });
        for (const look of waiting) look();
        done();
      });
    },
  });
  const listening = await new Promise<Server>((resolve) => {
    const started: Server = server.listen(0, '127.0.0.1', () => resolve(started));
  });
  const address = listening.address();
  return {
    received,
    url: `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    refuse: (code) => {
      refusal = code;
    },
    letterTo: (to, words) =>
      new Promise((found) => {
        const look = (): void => {
          const index = received.findIndex((one) => one.to.includes(to) && one.text.includes(words));
          const [letter] = index < 0 ? [] : received.splice(index, 1);
          if (!letter) return;
          waiting.delete(look);
          found(letter);
        };
        waiting.add(look);
        look();
      }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
