/** What other apps shared with this one, as the worker laid it down (`public/share-worker.js`). */

const shelf = 'berth-shared';
const keptForMs = 60 * 60 * 1000;

/**
 * Lets other apps of the device share with this one; where the browser knows no such thing, nothing is
 * missing.
 */
export function startShareWorker(): void {
  if (!('serviceWorker' in navigator) || !window.isSecureContext) return;
  navigator.serviceWorker.register('/share-worker.js', { scope: '/share' }).catch(() => {});
}

export async function sharedFiles(now = Date.now()): Promise<File[]> {
  if (!('caches' in window)) return [];
  const cache = await caches.open(shelf);
  const files: File[] = [];
  for (const request of await cache.keys()) {
    const at = Number(/(\d+)-\d+$/.exec(new URL(request.url).pathname)?.[1] ?? 0);
    const answer = now - at > keptForMs ? undefined : await cache.match(request);
    if (!answer) await cache.delete(request);
    else {
      const name = decodeURIComponent(answer.headers.get('x-name') ?? 'file');
      files.push(new File([await answer.blob()], name, { type: answer.headers.get('content-type') ?? '' }));
    }
  }
  return files;
}

export async function forgetSharedFiles(): Promise<void> {
  if ('caches' in window) await caches.delete(shelf);
}
