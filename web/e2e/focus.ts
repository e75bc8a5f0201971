/** Keys go to where the focus is: what a page moves there by itself is waited for before one is pressed. */
import type { Locator, Page } from 'playwright-core';

export async function focusWithin(place: Locator): Promise<void> {
  await place.and(place.page().locator(':focus-within')).first().waitFor();
}

/** Tab until the focus is there; a trap or a control out of reach fails. */
export async function tabTo(
  within: Page | Locator,
  role: Parameters<Page['getByRole']>[0],
  name: string | RegExp,
): Promise<void> {
  const wanted = within.getByRole(role, { name, exact: true }).first();
  const { keyboard } = 'page' in within ? within.page() : within;
  await wanted.waitFor({ state: 'attached' });
  for (let count = 0; count < 160; count++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await keyboard.press('Tab');
  }
  throw new Error(`The focus never came to ${role} ${String(name)}`);
}
