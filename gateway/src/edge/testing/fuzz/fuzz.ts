/**
 * Bent requests through the edge to a container that bends its answers, raw over sockets on either side.
 * Behind each one goes a sound request on the same connection, and it must get its own answer or none.
 */
import { connect, type Socket } from 'node:net';
import { setImmediate as turnEnd } from 'node:timers/promises';
import { person, pluginOf, startEdge, type EdgeServer } from '../edge-server.ts';
import { bentAnswer, soundAnswer } from './bent-answers.ts';
import { bentRequest } from './bent-requests.ts';
import { strictContainer, type Offence } from './strict-container.ts';

export type FuzzOptions = {
  seed: number;
  /** The first case, and how many from there. */
  from: number;
  cases: number;
  onProgress?: (done: number) => void;
};

export type FuzzReport = {
  cases: number;
  /** Cases that the container got; the others were refused. */
  arrived: number;
  /** 500 from the gateway: its own fault. */
  crashes: Fault[];
  /** What reached the container and could be read in two ways, or claimed what only the gateway may say. */
  offences: Offence[];
  /** Clients that got another's answer, or words that only the gateway may say, or none. */
  poisoned: Fault[];
  /** Connections given up because nothing more came: their head or body was never over. */
  unanswered: number;
  /** Requests that the edge still counts at the end. */
  leftOpen: number;
  isWellAfterwards: boolean;
  seconds: number;
};

type Fault = { index: number; sent: string; got: string };

const lanes = 48;
const silenceMs = 150;
const maxKeptFaults = 10;
const limits = { timeout_ms: 100, idle_timeout_ms: 100, max_concurrent: 10_000, max_body_bytes: 1_000_000 };

export async function fuzz({ seed, from, cases, onProgress }: FuzzOptions): Promise<FuzzReport> {
  const ann = person('ann');
  let arrived = 0;
  const container = await strictContainer(ann.userId, ({ name, method }) => {
    if (!name.startsWith('sound-')) arrived++;
    const bent = /^\d+$/.test(name) ? bentAnswer(seed, Number(name), name) : null;
    return bent ?? { bytes: soundAnswer(name, method !== 'HEAD'), thenEnds: false };
  });
  // Two million lines of a log would look like a leak.
  const edge = await startEdge({ ann }, { accessLog: () => {} });
  edge.show(
    pluginOf(container.origin, {
      manifest_version: '1.0',
      id: 'doc',
      name: 'Doc',
      version: '1',
      access: { any_user: true },
      mounts: ['/api/documents'],
      routes: [
        { path: '/files/**', methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], limits },
        { path: '/documents/**', methods: ['GET', 'HEAD', 'POST'], limits },
        { path: '/socket', stream: 'websocket', limits },
      ],
    }),
  );
  const report: FuzzReport = {
    cases,
    arrived: 0,
    crashes: [],
    offences: container.offences,
    poisoned: [],
    unanswered: 0,
    leftOpen: 0,
    isWellAfterwards: false,
    seconds: 0,
  };
  const startedAt = performance.now();
  let next = from;
  const end = from + cases;
  const lane = async (): Promise<void> => {
    let line: Line | null = null;
    while (next < end) {
      const index = next++;
      if (index !== from && (index - from) % 10_000 === 0) onProgress?.(index - from);
      const sent = bentRequest(seed, index);
      // The edge looks at a connection's first requests by itself, for as long as they are plain: some are
      // the first.
      if (index % 4 === 2) {
        line?.hangUp();
        line = null;
      }
      const isUsed = line !== null;
      line ??= new Line(edge);
      let heard = await line.ask(sent, index);
      // It may have ended just before: then this case was not read yet.
      if (isUsed && !heard.isOpen && heard.got === '') heard = await (line = new Line(edge)).ask(sent, index);
      const { got, isOpen, wasSilent } = heard;
      if (!isOpen) line = null;
      if (wasSilent) report.unanswered++;
      if (/^HTTP\/1\.1 500/m.test(got)) keep(report.crashes, { index, sent, got });
      if (isPoisoned(got, sent, index)) keep(report.poisoned, { index, sent, got });
      // The test's server keeps every line of the access log: millions of them are too many.
      edge.lines.length = 0;
    }
    line?.hangUp();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  report.seconds = (performance.now() - startedAt) / 1000;
  report.isWellAfterwards = (await new Line(edge).ask('', end, 10_000)).got.includes(`answers sound-${end}.`);
  report.arrived = arrived;
  const patience = performance.now() + 5_000;
  while (edge.edge.openCount() > 0 && performance.now() < patience)
    await new Promise((resolve) => setTimeout(resolve, 20));
  report.leftOpen = edge.edge.openCount();
  await edge.close();
  container.close();
  return report;
}

/**
 * On one connection only its own answers may come; what rules over the origin or names an identity never may.
 */
function isPoisoned(got: string, sent: string, index: number): boolean {
  // A case whose name was bent too is answered by another one, but never by one of the sound requests'.
  const isNamed = sent.includes(`\r\nx-case: ${index}\r\n`);
  const isOwn = (name = ''): boolean =>
    name === `sound-${index}` ||
    name === String(index) ||
    (!isNamed && name !== 'poison' && !name.startsWith('sound-'));
  for (const [, name] of got.matchAll(/^x-answers: (.*)\r$/gm)) if (!isOwn(name)) return true;
  for (const [, name] of got.matchAll(/answers ((?:sound-)?\d+|poison)\./g)) if (!isOwn(name)) return true;
  return /^(?:set-cookie: *(?:__host-)?berth_|x-berth-|x-user-)/im.test(got);
}

function keep(faults: Fault[], fault: Fault): void {
  if (faults.length < maxKeptFaults) faults.push(fault);
}

type Heard = { got: string; isOpen: boolean; wasSilent: boolean };

/** One connection to the edge, used for as long as it stays open. */
class Line {
  private readonly socket: Socket;
  private got = '';
  private awaited = '';
  private settle: ((heard: Heard) => void) | null = null;
  private wasSilent = false;
  private isTaken = false;
  private onTaken: () => void = () => {};

  constructor({ port, server }: EdgeServer) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1');
    // Either side may be the first to know of the other.
    const ports = new Set<number | undefined>();
    const look = (): void => {
      if (this.isTaken || !ports.has(this.socket.localPort) || this.socket.connecting) return;
      server.off('connection', taken);
      this.isTaken = true;
      this.onTaken();
    };
    const taken = ({ remotePort }: Socket): void => {
      ports.add(remotePort);
      look();
    };
    server.on('connection', taken).setMaxListeners(2 * lanes);
    this.socket.once('connect', look).once('close', () => server.off('connection', taken));
    this.socket.on('error', () => this.socket.destroy());
    this.socket.on('close', () => this.finish(false));
    this.socket.on('timeout', () => {
      this.wasSilent = true;
      this.socket.destroy();
    });
    this.socket.on('data', (text: string) => {
      this.got += text;
      if (this.got.includes(this.awaited)) this.finish(true);
    });
  }

  /**
   * Sends the bytes and a sound request behind them.
   * @returns what came until that was answered, or the end of the connection
   */
  ask(bytes: string, index: number, waitMs = silenceMs): Promise<Heard> {
    this.got = '';
    this.awaited = `answers sound-${index}.`;
    return new Promise((resolve) => {
      this.settle = resolve;
      this.socket.setTimeout(waitMs);
      const sound = `GET /api/documents/after HTTP/1.1\r\nHost: gateway\r\nauthorization: Bearer ann\r\nx-case: sound-${index}\r\n\r\n`;
      const [first, second, turns] = inPieces(bytes, sound, index);
      const send = (): void => {
        this.socket.write(first, 'latin1');
        if (second !== '') void afterTurns(turns).then(() => this.socket.write(second, 'latin1'));
      };
      // What is written before the other side looks at the connection is read all at once.
      if (this.isTaken) send();
      else this.onTaken = send;
    });
  }

  hangUp(): void {
    this.socket.destroy();
  }

  private finish(isOpen: boolean): void {
    const { settle } = this;
    this.settle = null;
    settle?.({ got: this.got, isOpen: isOpen && !this.socket.destroyed, wasSilent: this.wasSilent });
  }
}

/**
 * As a network may deliver them: with the sound request behind it, alone while it is being answered, alone
 * until it may well be answered, or cut anywhere.
 */
function inPieces(
  bytes: string,
  sound: string,
  index: number,
): [first: string, second: string, turnsBetween: number] {
  const cut = (index * 7) % (bytes.length + 1);
  switch (index % 4) {
    case 0:
      return [bytes + sound, '', 0];
    case 1:
      return [bytes, sound, 2];
    case 2:
      return [bytes, sound, 12];
    default:
      return [bytes.slice(0, cut), bytes.slice(cut) + sound, 2];
  }
}

async function afterTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await turnEnd();
}
