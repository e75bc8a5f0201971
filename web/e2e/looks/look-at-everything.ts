/**
 * `npm run looks -- FOLDER [NAME…]`: every page in its four looks as pictures for eyes, and what is wrong
 * with each layout as lines. A name is one of a page, or of a look. `npm run looks -- --baselines` renews the
 * pictures that the tests compare with.
 */
import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '@berth/testing/checkout.ts';
import { layoutFaults } from '@berth/testing/layout.ts';
import { looks, settled } from '@berth/testing/looks.ts';
import type { Visit } from '../house.ts';
import { ben, furnish } from './furnish.ts';
import { places, type Seer } from './places.ts';

const [folder = 'looks', ...names] = process.argv.slice(2);
if (folder === '--baselines') process.exit(await renewBaselines());
const isWanted = ({ name }: { name: string }): boolean => names.includes(name);
const wantedLooks = looks.some(isWanted) ? looks.filter(isWanted) : looks;
const wantedPlaces = places.some(isWanted) ? places.filter(isWanted) : places;
await mkdir(folder, { recursive: true });
const furnished = await furnish();
const { house, ids } = furnished;
try {
  for (const look of wantedLooks) {
    const visits: Partial<Record<Seer, Visit>> = {};
    for (const place of wantedPlaces) {
      const as = place.as ?? 'superuser';
      const visit = (visits[as] ??= await visitAs(as));
      const { page } = visit;
      try {
        await page.goto(place.path(ids));
        await page.locator('h1:visible, h2:visible').first().waitFor();
        await settled(page);
        await place.before?.(page);
        await settled(page);
        const height = await page.evaluate(() => {
          const main = document.querySelector(':has(> #content)');
          return main ? main.scrollHeight : document.documentElement.scrollHeight;
        });
        const size = look.options.viewport ?? { width: 1280, height: 800 };
        await page.setViewportSize({ ...size, height: Math.min(4000, Math.max(size.height, height)) });
        for (const fault of await layoutFaults(page, { isPhone: look.isPhone }))
          console.log(`${place.name} ${look.name}: ${fault}`);
        await page.screenshot({
          path: join(folder, `${place.name}.${look.name}.png`),
          animations: 'disabled',
        });
        await page.setViewportSize(size);
      } catch (error) {
        console.log(`${place.name} ${look.name}: FAILED ${String(error).split('\n')[0]}`);
        await page.screenshot({ path: join(folder, `${place.name}.${look.name}.failed.png`) });
      }
      for (const complaint of visit.complaints)
        console.log(`${place.name} ${look.name}: complaint ${complaint}`);
    }
    for (const { context } of Object.values(visits)) await context.close();

    async function visitAs(as: Seer): Promise<Visit> {
      if (as === 'stranger') return house.visit(look.options);
      return as === 'person' ? house.visitSignedIn(look.options, ben) : house.visitSignedIn(look.options);
    }
  }
} finally {
  await furnished.close();
}

/** Both at once: each waits for its browser most of the time. @returns the exit code */
async function renewBaselines(): Promise<number> {
  const env = { ...process.env, BERTH_BASELINES: 'renew' };
  const codes = await Promise.all(
    [
      { file: 'web/e2e/looks.test.ts', pictures: 'web/e2e/baselines' },
      { file: 'doc-service/ui/looks.browser.test.ts', pictures: 'doc-service/ui/harness/baselines' },
    ].map(async ({ file, pictures }) => {
      await rm(join(root, pictures), { recursive: true, force: true });
      const args = ['vitest', 'run', file, '-t', '(wide|phone)-light'];
      const child = spawn('npx', args, { cwd: root, env, stdio: 'inherit' });
      return new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 1)));
    }),
  );
  return Math.max(...codes);
}
