/** A small server that speaks the protocols of language models, as well or as badly as a test wants it. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';

export type Asked = { method: string; url: string; headers: IncomingHttpHeaders; body: string };
export type Behaviour = (asked: Asked, res: ServerResponse) => void;

export type Provider = {
  url: string;
  asked: Asked[];
  /** From now on. */
  behave: (behaviour: Behaviour) => void;
  stop: () => Promise<void>;
};

export async function startProvider(behaviour: Behaviour = answering('OK')): Promise<Provider> {
  let behave = behaviour;
  const asked: Asked[] = [];
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += String(chunk);
    const one = { method: req.method ?? '', url: req.url ?? '', headers: req.headers, body };
    asked.push(one);
    behave(one, res);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    behave: (next) => {
      behave = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

/** OpenAI's form, streamed where that is asked for. */
export function answering(text: string): Behaviour {
  return ({ body }, res) => {
    if (!body.includes('"stream":true')) {
      res.writeHead(200, { 'content-type': 'application/json' });
      return void res.end(
        JSON.stringify({
          id: 'one',
          object: 'chat.completion',
          model: 'm',
          choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
          usage,
        }),
      );
    }
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const content of text)
      res.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`);
    res.end(`data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`);
  };
}

/** Anthropic's form. */
export function anthropicAnswering(text: string): Behaviour {
  const inTokens = { input_tokens: 100, output_tokens: 20 };
  return ({ body }, res) => {
    if (!body.includes('"stream":true')) {
      res.writeHead(200, { 'content-type': 'application/json' });
      return void res.end(
        JSON.stringify({
          id: 'one',
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: [{ type: 'text', text }],
          stop_reason: 'end_turn',
          usage: inTokens,
        }),
      );
    }
    const event = (type: string, more: object) =>
      res.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`);
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    event('message_start', { message: { id: 'one', model: 'm', usage: inTokens } });
    for (const piece of text) event('content_block_delta', { delta: { type: 'text_delta', text: piece } });
    event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 20 } });
    event('message_stop', {});
    res.end();
  };
}

export function refusing(status: number, body: unknown, headers: Record<string, string> = {}): Behaviour {
  return (_, res) => {
    res.writeHead(status, { 'content-type': 'application/json', ...headers });
    res.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}
