import type { Shell } from '@berth/plugin-kit/frame';

import { Failure, failureOf, noAnswer } from './failure.ts';
import {
  readCategories,
  readDocumentDetail,
  readDocumentList,
  readStatus,
  readUploaded,
  type ArchiveStatus,
  type Category,
  type DocumentDetail,
  type DocumentList,
} from './wire.ts';
import { effectiveSort, type ListState } from '../model/location.ts';

export const pageSize = 50;

export type Upload = { onProgress(sentBytes: number, totalBytes: number): void; signal: AbortSignal };

export type Api = {
  documents(list: ListState, signal: AbortSignal): Promise<DocumentList>;
  document(id: string, signal: AbortSignal): Promise<DocumentDetail>;
  categories(signal: AbortSignal): Promise<Category[]>;
  status(signal: AbortSignal): Promise<ArchiveStatus>;
  retry(id: string): Promise<void>;
  /** The exact bytes. */
  download(id: string): Promise<Blob>;
  picture(id: string, page: number, widthPx: number, signal: AbortSignal): Promise<Blob>;
  upload(file: File, upload: Upload): Promise<{ id: string }>;
};

/** The documents API, with the shell's token. Every refusal is a `Failure`. */
export function createApi(shell: Shell): Api {
  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    try {
      return await checked(await shell.fetch(path, init));
    } catch (cause) {
      // What `fetch` throws says nothing but that no answer came.
      if (cause instanceof Failure || init.signal?.aborted) throw cause;
      throw noAnswer();
    }
  }

  const json = async (path: string, signal: AbortSignal): Promise<unknown> => (await ask(path, { signal })).json();

  return {
    documents: async (list, signal) => readDocumentList(await json(`documents?${searchOf(list)}`, signal)),
    document: async (id, signal) => readDocumentDetail(await json(`documents/${encodeURIComponent(id)}`, signal)),
    categories: async (signal) => readCategories(await json('documents/categories', signal)),
    status: async (signal) => readStatus(await json('documents/status', signal)),
    retry: async (id) => void (await ask(`documents/${encodeURIComponent(id)}/retry`, { method: 'POST' })),
    download: async (id) => (await ask(`documents/${encodeURIComponent(id)}/download`)).blob(),
    picture: async (id, page, widthPx, signal) => (await ask(`documents/${encodeURIComponent(id)}/pages/${page}.webp?width=${widthPx}`, { signal })).blob(),
    upload: async (file, upload) => {
      const token = await shell.freshToken();
      return readUploaded(await send(new URL(`documents/upload?filename=${encodeURIComponent(file.name)}`, shell.apiBase), token, file, upload));
    },
  };
}

async function checked(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const body: unknown = await answer.json().catch(() => null);
  throw failureOf(answer.status, body, answer.headers.get('x-request-id'));
}

function searchOf(list: ListState): URLSearchParams {
  const search = new URLSearchParams({ page: String(list.page), page_size: String(pageSize), sort: effectiveSort(list) });
  if (list.query !== '') search.set('q', list.query);
  if (list.category !== null) search.set('category', list.category);
  if (list.status !== null) search.set('status', list.status);
  return search;
}

/** `fetch` cannot tell how much of a body has been sent; XMLHttpRequest can. */
function send(url: URL, token: string, file: File, upload: Upload): Promise<unknown> {
  return new Promise((resolve, reject: (failure: Failure) => void) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.upload.addEventListener('progress', (event) => upload.onProgress(event.loaded, event.total));
    request.addEventListener('load', () => {
      const body = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(body);
      else reject(failureOf(request.status, body, request.getResponseHeader('x-request-id')));
    });
    for (const end of ['error', 'timeout', 'abort']) request.addEventListener(end, () => reject(noAnswer()));
    upload.signal.addEventListener('abort', () => request.abort());
    const form = new FormData();
    form.append('file', file, file.name);
    request.send(form);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
