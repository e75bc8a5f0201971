/** The gateway's internal port with a model behind it, as a container meets them; with the faults of both. */
import { usageHeader } from '@berth/plugin-kit/contract/connections.ts';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export type ModelAnswer = Record<string, unknown>;
/** @returns what the model says, or an object for its answer; it may answer by itself and return null */
export type Behaviour = (
  asked: { content: string; count: number },
  response: ServerResponse,
) => string | ModelAnswer | null;
export type ModelDouble = {
  url: string;
  /** Bodies of the questions, as they came. */
  questions: string[];
  isLocal: boolean;
  isBound: boolean;
  /** Of one question. */
  price: { cost: number | null; currency: string };
  behaviour: Behaviour;
  close: () => Promise<void>;
};

export const nothing: ModelAnswer = {
  title: null,
  type: null,
  correspondent: null,
  date: null,
  tags: [],
  folder: null,
  is_new_folder: false,
  file_name: null,
  reason: 'It says so.',
  confidence: 0.9,
};

export async function startModelDouble(): Promise<ModelDouble> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  const double: ModelDouble = {
    url: `http://127.0.0.1:${port}`,
    questions: [],
    isLocal: true,
    isBound: true,
    price: { cost: 0.0031, currency: 'EUR' },
    behaviour: () => nothing,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return double;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (!request.headers.authorization?.startsWith('Bearer '))
      return problem(response, 401, 'No token came.');
    if (request.url === '/internal/connections') {
      const { isBound, isLocal } = double;
      const item = { name: 'ai', kind: 'ai.chat', is_bound: isBound, is_local: isLocal, model: 'small-1' };
      return json(response, { items: [item] });
    }
    if (request.url !== '/internal/connections/ai/v1/chat/completions')
      return problem(response, 404, 'It is not there.');
    double.questions.push(body);
    const said = double.behaviour({ content: body, count: double.questions.length }, response);
    if (said === null) return;
    const content = typeof said === 'string' ? said : JSON.stringify(said);
    const used = { input_tokens: 300, output_tokens: 21, is_estimate: false, ...double.price };
    response.setHeader(usageHeader, JSON.stringify(used));
    json(response, {
      choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage: { total_tokens: 321 },
    });
  }
}

export function problem(
  response: ServerResponse,
  status: number,
  detail: string,
  { headers = {}, failure }: { headers?: Record<string, string>; failure?: string } = {},
): void {
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
  response.end(JSON.stringify({ type: 'about:blank', status, title: 'Refused', detail, failure }));
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
