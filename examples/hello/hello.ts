/** A whole container: `node examples/hello/hello.ts`, then `hello: http://127.0.0.1:9000` in services.yaml. */
import { fileURLToPath } from 'node:url';
import { caller, createContainer, settingsInFile } from '@berth/plugin-kit/container';
import { Hono } from 'hono';
import { manifest } from './manifest.ts';

const {
  PORT = '9000',
  HOST,
  BERTH_GATEWAY_URL = 'http://127.0.0.1:8000',
  BERTH_INTERNAL_URL,
  HELLO_SETTINGS = 'data/hello/settings.json',
} = process.env;

const settings = settingsInFile(HELLO_SETTINGS, {
  greeting: 'Hello',
  repeat: 1,
  loud: false,
  mood: 'sunny',
  wishes: ['Fair winds!'],
});

const routes = new Hono().get('/greeting', (c) => {
  const { greeting, repeat, loud, mood, wishes } = settings.read();
  const words = `${Array(Number(repeat ?? 1))
    .fill(greeting)
    .join(', ')}, ${caller(c).name ?? 'stranger'}!`;
  return c.json({
    text: loud ? words.toUpperCase() : words,
    mood,
    wish: Array.isArray(wishes) ? (wishes[new Date().getDate() % wishes.length] ?? null) : null,
  });
});

const uiFolder = fileURLToPath(new URL('ui', import.meta.url));
const { serve } = createContainer({
  manifest,
  settings,
  routes,
  uiFolder,
  gatewayUrl: BERTH_GATEWAY_URL,
  internalUrl: BERTH_INTERNAL_URL,
});
const { stop } = await serve({ port: Number(PORT), host: HOST });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
