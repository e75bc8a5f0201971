/** The outermost door for what is not the edge's: by which host the gateway was asked (hazard P12). The edge's own walks ask the same. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { refuse, refuseUpgrade } from './refuse.ts';
import { readRequestHead } from './request-head.ts';
import { noteOwnAnswer, type WalkTools } from './visit.ts';

type Tools = Pick<WalkTools, 'hostOf' | 'ids' | 'accessLines' | 'now'>;

export type HostDoor = {
  /** @returns `false` when it is refused, and answered */
  opensTo: (req: IncomingMessage, res: ServerResponse) => boolean;
  /** An upgrade where nobody takes one. */
  refuseUpgrade: (req: IncomingMessage, socket: Duplex) => void;
};

export function hostDoor(tools: Tools): HostDoor {
  return {
    opensTo: (req, res) => {
      const refusal = refusalOf(tools, req);
      if (refusal) refuse(req, res, refusal.problem, refusal.requestId);
      return refusal === null;
    },
    refuseUpgrade: (req, socket) => {
      socket.on('error', () => socket.destroy());
      const { problem, requestId } = refusalOf(tools, req) ?? refused(tools, req, new Problem('not-found'), tools.ids.requestId(null));
      refuseUpgrade(socket, problem, requestId);
    },
  };
}

type Refusal = { problem: Problem; requestId: string };

function refusalOf(tools: Tools, req: IncomingMessage): Refusal | null {
  const head = readRequestHead(req.rawHeaders);
  try {
    // A target with a host of its own would be a second opinion (RFC 9112 3.2.2).
    if (!req.url?.startsWith('/')) throw new Problem('bad-path', { detail: 'The target is not a path.' });
    tools.hostOf(req.socket, head);
    return null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return refused(tools, req, error, tools.ids.requestId(head.requestId));
  }
}

function refused(tools: Tools, req: IncomingMessage, problem: Problem, requestId: string): Refusal {
  noteOwnAnswer(tools, req.method ?? '', requestId, performance.now(), null, problem.status);
  return { problem, requestId };
}
