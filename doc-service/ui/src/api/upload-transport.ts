/** The pieces of an upload over the wire. */
import type { Shell } from '@berth/plugin-kit/frame';

import { failureOf, noAnswer } from './failure.ts';
import type { Transport, Upload } from './resumable.ts';
import { readStanding, readUploaded } from './wire.ts';

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

export function uploadTransport(ask: Ask, shell: Shell): Transport {
  const one = (id: string) => `documents/uploads/${encodeURIComponent(id)}`;
  return {
    begin: async (file, signal) => {
      const body = JSON.stringify({ filename: file.name, size_bytes: file.size });
      const headers = { 'content-type': 'application/json' };
      const answer = await ask('documents/uploads', { method: 'POST', signal, headers, body });
      return readStanding(await answer.json());
    },
    standing: async (id, signal) => readStanding(await (await ask(one(id), { signal })).json()),
    send: async (id, piece, offset, upload) => {
      const token = await shell.freshToken();
      const to = new URL(one(id), shell.apiBase);
      return sendPiece(to, { token, locale: shell.locale }, { piece, offset, upload });
    },
    giveUp: async (id) => void (await ask(one(id), { method: 'DELETE' })),
  };
}

type Sender = { token: string; locale: string };
type Piece = { piece: Blob; offset: number; upload: Upload };

/** `fetch` cannot tell how much of a body has been sent; XMLHttpRequest can. */
function sendPiece(url: URL, by: Sender, { piece, offset, upload }: Piece): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PATCH', url);
    request.setRequestHeader('authorization', `Bearer ${by.token}`);
    request.setRequestHeader('accept-language', by.locale);
    request.setRequestHeader('content-type', 'application/offset+octet-stream');
    request.setRequestHeader('upload-offset', String(offset));
    request.upload.addEventListener('progress', ({ loaded, total }) => upload.onProgress(loaded, total));
    request.addEventListener('load', () => {
      const body = parsed(request.responseText);
      if (request.status === 202) resolve(readUploaded(body).id);
      else if (request.status >= 200 && request.status < 300) resolve(null);
      else reject(failureOf(request.status, body, request.getResponseHeader('x-request-id')));
    });
    for (const end of ['error', 'timeout', 'abort']) request.addEventListener(end, () => reject(noAnswer()));
    upload.signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(piece);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
