/**
 * The outermost door for what is not the edge's: by which host the gateway was asked (hazard P12; the edge's own walks ask the same), and
 * whether there is room. Whoever is refused here costs little more than the answer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { refuseUnservedVersion } from './odd-requests.ts';
import { refuse, refuseUpgrade } from './refuse.ts';
import { readRequestHead } from '#edge/http/request-head.ts';
import { noteOwnAnswer, type WalkTools } from './request-context.ts';

/** Somebody for whom there was no room. */
export type TurnedAway = {
  method: string;
  /** Without the query. */
  path: string;
  problem: Problem;
  address: string;
  requestId: string;
};

type Tools = Pick<WalkTools, 'hostOf' | 'readArrival' | 'ids' | 'accessLines' | 'now'> & {
  turnsAway: (method: string, path: string) => Problem | null;
  onTurnedAway: (one: TurnedAway) => void;
};

export type FrontDoor = {
  /** @returns `false` when it is refused, and answered */
  opensTo: (req: IncomingMessage, res: ServerResponse) => boolean;
  /** An upgrade where nobody takes one. */
  refuseUpgrade: (req: IncomingMessage, socket: Duplex) => void;
  /** What is no request that could be looked at further. */
  refuseOdd: (socket: Duplex, problem: Problem) => void;
};

export function frontDoor(tools: Tools): FrontDoor {
  return {
    opensTo: (req, res) => {
      const refusal = refusalOf(tools, req);
      if (refusal) refuse(req, res, refusal.problem, refusal.requestId);
      return refusal === null;
    },
    refuseUpgrade: (req, socket) => {
      socket.on('error', () => socket.destroy());
      const { problem, requestId } =
        refusalOf(tools, req) ?? refused(tools, req, new Problem('not-found'), tools.ids.requestId(null));
      refuseUpgrade(socket, problem, requestId);
    },
    refuseOdd: (socket, problem) => {
      const requestId = tools.ids.requestId(null);
      refuseUpgrade(socket, problem, requestId);
      noteOwnAnswer(tools, '', requestId, performance.now(), null, problem.status);
    },
  };
}

type Refusal = { problem: Problem; requestId: string };

function refusalOf(tools: Tools, req: IncomingMessage): Refusal | null {
  const head = readRequestHead(req.rawHeaders);
  try {
    refuseUnservedVersion(req);
    const url = req.url ?? '';
    // A target with a host of its own would be a second opinion (RFC 9112 3.2.2).
    if (!url.startsWith('/')) throw new Problem('bad-path', { detail: 'The target is not a path.' });
    tools.hostOf(req.socket, head);
    const [method, path] = [req.method ?? '', pathOf(url)];
    const problem = tools.turnsAway(method, path);
    if (problem === null) return null;
    const { clientAddress: address } = tools.readArrival(req.socket, head);
    const refusal = refused(tools, req, problem, tools.ids.requestId(head.requestId));
    tools.onTurnedAway({ method, path, address, ...refusal });
    return refusal;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return refused(tools, req, error, tools.ids.requestId(head.requestId));
  }
}

function refused(tools: Tools, req: IncomingMessage, problem: Problem, requestId: string): Refusal {
  noteOwnAnswer(tools, req.method ?? '', requestId, performance.now(), null, problem.status);
  return { problem, requestId };
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
