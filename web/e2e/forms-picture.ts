/** The picture of docs/guides/forms.md: one form with most of what a schema can become. */
import { join } from 'node:path';
import type { JsonObject } from '../../plugin-kit/src/contract/exact-json.ts';
import { openForms } from './forms-house.ts';

const text: JsonObject = { type: 'string' };
const schema: JsonObject = {
  type: 'object',
  required: ['address'],
  properties: {
    address: { title: 'Address', ...text, format: 'uri', description: 'Where the service answers.' },
    token: { title: 'Token', ...text, writeOnly: true },
    timeout: {
      title: 'Timeout',
      type: ['integer', 'string'],
      description: 'Seconds, or a duration such as `90s`: [the guide](https://example.org/) has them all.',
    },
    hosts: { title: 'Hosts', anyOf: [text, { type: 'array', items: text }] },
    proxy: {
      title: 'Proxy',
      description: 'Leave it out to go straight.',
      type: 'object',
      properties: {
        host: { title: 'Host', ...text },
        port: { title: 'Port', type: 'integer', default: 3128 },
      },
    },
    range: {
      title: 'Pages',
      type: 'array',
      prefixItems: [
        { title: 'From', type: 'integer' },
        { title: 'To', type: 'integer' },
      ],
    },
    labels: { title: 'Labels', type: 'object', additionalProperties: text },
    cache: { title: 'Cache', oneOf: [{ const: false }, { type: 'object', properties: { folder: text } }] },
    anything: { title: 'Anything' },
  },
};
const stored: JsonObject = {
  address: 'https://example.org/',
  token: 'secret',
  timeout: '90s',
  hosts: ['a.example.org', 'b.example.org'],
  range: [1, 9],
  labels: { colour: 'blue' },
  anything: { deep: [1, true] },
};

export async function takeForms(folder: string, everyLook = false): Promise<void> {
  const house = await openForms({ everything: { schema, stored } });
  try {
    const { page } = await house.visit();
    const looks = everyLook ? ['light', 'dark'] : ['light'];
    for (const colorScheme of looks)
      for (const width of everyLook ? [1280, 390] : [1280]) {
        await page.emulateMedia({
          colorScheme: colorScheme === 'dark' ? 'dark' : 'light',
          reducedMotion: 'reduce',
        });
        await page.setViewportSize({ width, height: width === 1280 ? 1500 : 2400 });
        await house.open(page, 'everything');
        const name = everyLook ? `forms-${colorScheme}-${width}` : 'settings-shapes';
        await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
      }
  } finally {
    await house.close();
  }
}
