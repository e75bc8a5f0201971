/*
 * Takes what other apps of a device share with the installed app, and hands it to the page at /share. It keeps no copy of
 * any page and answers no other request; its scope is /share alone.
 */
const shelf = 'berth-shared';
const maxFiles = 50;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method === 'POST' && pathname === '/share') event.respondWith(take(event.request));
});

async function take(request) {
  const form = await request.formData();
  const files = form.getAll('files').filter((one) => one instanceof File);
  const cache = await caches.open(shelf);
  const at = Date.now();
  await Promise.all(
    files.slice(0, maxFiles).map((file, index) =>
      cache.put(
        `/share/files/${at}-${index}`,
        new Response(file, {
          headers: {
            'content-type': file.type || 'application/octet-stream',
            'x-name': encodeURIComponent(file.name),
          },
        }),
      ),
    ),
  );
  return Response.redirect('/share', 303);
}
