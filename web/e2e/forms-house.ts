/** A house with containers of the kit that have settings of any shape, and their forms in a real browser. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson, stringifyJson, type JsonObject } from '../../plugin-kit/src/contract/exact-json.ts';
import { isObject } from '../../plugin-kit/src/contract/settings.ts';
import { createContainer, type Serving } from '../../plugin-kit/src/container/container.ts';
import type { Live } from '../../plugin-kit/src/container/live.ts';
import { createLogger } from '../../plugin-kit/src/base/logger.ts';
import type { Page } from 'playwright-core';
import { openHouse, type Visit } from './house.ts';

export type Shape = {
  schema: JsonObject;
  stored: JsonObject | string;
  ui?: JsonObject;
  /** By the paths that the schema names. */
  choices?: Live['choices'];
};

export type FormsHouse = {
  visit: () => Promise<Visit>;
  /** The form of this container, ready to be filled in. */
  open: (page: Page, id: string) => Promise<void>;
  /** What the container holds now, secrets in clear, as JSON text. */
  stored: (id: string) => string;
  /** What came from the browser to be saved, as it was sent. */
  sent: (page: Page) => string[];
  /** Ends this container. */
  stop: (id: string) => Promise<void>;
  log: readonly string[];
  close: () => Promise<void>;
};

export async function openForms(shapes: Readonly<Record<string, Shape>>): Promise<FormsHouse> {
  const house = await openHouse();
  await house.visitSignedIn();
  const stores = new Map<string, { settings: JsonObject }>();
  const servings = new Map<string, Serving>();
  const lines: string[] = [];
  for (const [id, { schema, stored, ui, choices }] of Object.entries(shapes)) {
    const store = { settings: objectOf(typeof stored === 'string' ? parseJson(stored) : stored) };
    stores.set(id, store);
    const { serve } = createContainer({
      manifest: {
        manifest_version: '1.0',
        id,
        name: `Forms ${id}`,
        version: '1.0.0',
        access: { any_user: true },
        settings_schema: schema,
        ...(ui ? { settings_ui: ui } : {}),
      },
      settings: {
        read: () => store.settings,
        write: (next) => {
          store.settings = next;
          return Promise.resolve();
        },
      },
      ...(choices ? { choices } : {}),
      gatewayUrl: house.product.url,
      log: createLogger(id, 'silent'),
    });
    const serving = await serve({ port: 0, host: '127.0.0.1' });
    servings.set(id, serving);
    lines.push(`  ${id}: ${serving.url}`);
  }
  await writeFile(join(house.data, 'services.yaml'), `services:\n${lines.join('\n')}\n`);
  const { page: watching, context } = await house.visitSignedIn();
  await watching.goto('/');
  // All of them are known, and have been asked for their settings' shape.
  await watching.waitForFunction(
    async (ids) => {
      const answer: unknown = await (await fetch('/api/plugins')).json();
      const items: unknown = Reflect.get(Object(answer), 'items');
      if (!Array.isArray(items)) return false;
      return ids.every((id) =>
        items.some(
          (item: unknown) =>
            Reflect.get(Object(item), 'id') === id && Reflect.get(Object(item), 'state') === 'online',
        ),
      );
    },
    [...stores.keys()],
    { timeout: 60_000, polling: 300 },
  );
  await context.close();
  const sent = new WeakMap<Page, string[]>();
  return {
    log: house.log,
    visit: async () => {
      const visit = await house.visitSignedIn();
      const bodies: string[] = [];
      sent.set(visit.page, bodies);
      visit.page.on('request', (request) => {
        if (request.method() === 'PATCH') bodies.push(request.postData() ?? '');
      });
      return visit;
    },
    open: async (page, id) => {
      await page.goto(`/extensions/${id}/settings`);
      await page.getByRole('button', { name: 'History' }).waitFor({ timeout: 60_000 });
    },
    stored: (id) => stringifyJson(stores.get(id)?.settings ?? null),
    sent: (page) => sent.get(page) ?? [],
    stop: async (id) => {
      await servings.get(id)?.stop();
      servings.delete(id);
    },
    close: async () => {
      await house.close();
      await Promise.all([...servings.values()].map((serving) => serving.stop()));
    },
  };
}

/** Presses Save, and waits for what comes of it: `saved`, or what the page says is wrong. */
export async function save(page: Page): Promise<string> {
  const bar = page.getByRole('region', { name: 'Unsaved changes' });
  await bar.getByRole('button', { name: 'Save' }).click();
  const said = bar.locator('[role="alert"], .mantine-Badge-root').first();
  await Promise.race([bar.waitFor({ state: 'detached' }), said.waitFor()]);
  if (!(await bar.isVisible())) return 'saved';
  const words = page.locator('[role="alert"], .mantine-InputWrapper-error');
  return `refused: ${[...new Set(await words.allTextContents())].join(' ')}`;
}

function objectOf(value: unknown): JsonObject {
  if (!isObject(value)) throw new Error('Settings are an object.');
  return value;
}
