/** A whole container: `node examples/hello/hello.ts`, then `hello: http://127.0.0.1:9000` in services.yaml. */
import { fileURLToPath } from 'node:url';
import { caller, createContainer, settingsInFile } from '@berth/plugin-kit/container';
import { Hono } from 'hono';
import { manifest } from './manifest.ts';

const { PORT = '9000', HOST, HELLO_SETTINGS = 'data/hello/settings.json' } = process.env;
const { BERTH_GATEWAY_URL: gatewayUrl = 'http://127.0.0.1:8000', BERTH_INTERNAL_URL: internalUrl } =
  process.env;

const first = { greeting: 'Hello', repeat: 1, loud: false, mood: 'sunny', wishes: ['Fair winds!'] };
const settings = settingsInFile(HELLO_SETTINGS, first);

const routes = new Hono().get('/greeting', (c) => {
  const { greeting, repeat, loud, mood, wishes } = settings.read();
  const greetings = Array(Number(repeat ?? 1)).fill(greeting);
  const words = `${greetings.join(', ')}, ${caller(c).name ?? 'stranger'}!`;
  const wish = Array.isArray(wishes) ? (wishes[new Date().getDate() % wishes.length] ?? null) : null;
  return c.json({ text: loud ? words.toUpperCase() : words, mood, wish });
});

const uiFolder = fileURLToPath(new URL('ui', import.meta.url));
const { serve } = createContainer({ manifest, settings, routes, uiFolder, gatewayUrl, internalUrl });
const { stop } = await serve({ port: Number(PORT), host: HOST });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
