/**
 * The outermost door for what is not the edge's: by which host the gateway was asked (hazard P12; the
 * pipeline asks the same), and whether there is room. A refusal here costs little more than the answer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { NodeRequest } from '#edge/http/node-request.ts';
import { NodeResponse } from '#edge/http/node-response.ts';
import { accessLine } from './finished-request.ts';
import type { EdgeTools } from './edge-tools.types.ts';
import { refuseUnservedVersion } from './odd-requests.ts';
import { refuse, refuseUpgrade } from './refuse.ts';
import { receive, type ReceivedRequest } from './request-context.ts';

/** A request for which there was no room. */
export type ShedRequest = {
  method: string;
  /** Without the query. */
  path: string;
  problem: Problem;
  address: string;
  requestId: string;
};

type Tools = Pick<EdgeTools, 'hostOf' | 'readClientInfo' | 'ids' | 'accessLines' | 'now'> & {
  shedLoad: (method: string, path: string) => Problem | null;
  onLoadShed: (one: ShedRequest) => void;
};

export type FrontDoor = {
  /** @returns `false` when it is refused, and answered */
  opensTo: (req: IncomingMessage, res: ServerResponse) => boolean;
  /** An upgrade at an address that takes none. */
  refuseUpgrade: (req: IncomingMessage, socket: Duplex) => void;
  /** What is no request that could be looked at further. */
  refuseOdd: (socket: Duplex, problem: Problem) => void;
};

export function frontDoor(tools: Tools): FrontDoor {
  return {
    opensTo: (req, res) => {
      const received = receive(tools, new NodeRequest(req), () => []);
      const problem = refusalOf(tools, received);
      if (!problem) return true;
      const { request, requestId } = received;
      refuse(request, new NodeResponse(res), problem, { requestId, lines: [] });
      return false;
    },
    refuseUpgrade: (req, socket) => {
      socket.on('error', () => socket.destroy());
      const received = receive(tools, new NodeRequest(req), () => []);
      const problem = refusalOf(tools, received) ?? noted(tools, received, new Problem('not-found'));
      refuseUpgrade(socket, problem, received.requestId, req.rawHeaders);
    },
    refuseOdd: (socket, problem) => {
      const requestId = tools.ids.requestId(null);
      refuseUpgrade(socket, problem, requestId, []);
      tools.accessLines.add({
        ...noRequest,
        at: tools.now(),
        requestId,
        status: problem.status,
      });
    },
  };
}

/** Of what could not be read. */
const noRequest = {
  traceparent: null,
  sentTraceparent: null,
  method: '',
  pluginId: null,
  route: null,
  userId: null,
  receivedBytes: 0,
  sentBytes: 0,
  durationMs: 0,
  firstByteMs: null,
  usage: null,
  limit: null,
};

/** @returns the refusal, which stands in the access log already; `null`: it may go on */
function refusalOf(tools: Tools, received: ReceivedRequest): Problem | null {
  const { request, head, requestId } = received;
  try {
    refuseUnservedVersion(request);
    // A target with a host of its own would be a second opinion (RFC 9112 3.2.2).
    if (!request.url.startsWith('/')) throw new Problem('bad-path', { detail: 'The target is not a path.' });
    tools.hostOf(request.socket, head);
    const { method, url } = request;
    const path = pathOf(url);
    const problem = tools.shedLoad(method, path);
    if (problem === null) return null;
    const { clientAddress: address } = tools.readClientInfo(request.socket, head);
    tools.onLoadShed({ method, path, address, problem, requestId });
    return noted(tools, received, problem);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return noted(tools, received, error);
  }
}

function noted(tools: Tools, received: ReceivedRequest, problem: Problem): Problem {
  tools.accessLines.add(accessLine(tools.now(), received, null, { status: problem.status }));
  return problem;
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
