/** An IMAP server for tests; it brings no types of its own. */
declare module 'hoodiecrow-imap' {
  import type { Server } from 'node:net';
  type Message = { raw: string; uid?: number; flags?: string[]; internaldate?: string };
  export type Mailbox = { messages: Message[]; uidvalidity: number; path: string };
  type CommandHandler = (...given: unknown[]) => void;
  export type ImapServer = {
    getCommandHandler: (name: string) => CommandHandler;
    setCommandHandler: (name: string, handler: CommandHandler) => void;
    server: Server;
    listen: (port: number, host: string, listening: () => void) => void;
    close: (closed: () => void) => void;
    getMailbox: (path: string) => Mailbox;
    appendMessage: (mailbox: string, flags: string[], internaldate: string | null, raw: string) => void;
  };
  export default function hoodiecrow(options: object): ImapServer;
}
