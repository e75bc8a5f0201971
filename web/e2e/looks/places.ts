/** Every page of the shell, by the person that sees it, and what must be there before it is looked at. */
import type { Page } from 'playwright-core';
import type { Furnished } from './furnish.ts';

export type Seer = 'superuser' | 'person' | 'stranger';
export type Place = {
  name: string;
  path: (ids: Furnished['ids']) => string;
  as?: Seer;
  /** Opens a dialog, a menu, a tab. */
  before?: (page: Page) => Promise<void>;
  /** It is calm: the same from one run to the next. */
  hasPicture?: boolean;
  /** It is like another: `npm run looks` takes it, the test spares its time. */
  isForEyesAlone?: boolean;
};

const at = (name: string, path: string, more: Partial<Place> = {}): Place => ({
  name,
  path: () => path,
  ...more,
});

const press = (name: string | RegExp) => async (page: Page) =>
  page.locator('main').getByRole('button', { name }).first().click();
const dialogBy = (name: string | RegExp) => async (page: Page) => {
  await press(name)(page);
  await page.getByRole('dialog').waitFor();
};

export const places: readonly Place[] = [
  at('sign-in', '/sign-in', { as: 'stranger', hasPicture: true }),
  at('sign-in-wrong', '/sign-in', {
    isForEyesAlone: true,
    as: 'stranger',
    before: async (page) => {
      await page.getByLabel('E-mail').fill('nobody@example.com');
      await page.getByLabel('Password', { exact: true }).fill('not-the-password');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('alert').first().waitFor();
    },
  }),
  at('register', '/register', { isForEyesAlone: true, as: 'stranger' }),
  at('forgotten', '/forgotten', { isForEyesAlone: true, as: 'stranger' }),
  at('reset', '/reset', { isForEyesAlone: true, as: 'stranger' }),
  at('verify', '/verify', { isForEyesAlone: true, as: 'stranger' }),
  at('home', '/', { hasPicture: true }),
  at('apps', '/apps', { isForEyesAlone: true }),
  at('notifications', '/notifications'),
  at('account', '/profile', { hasPicture: true }),
  at('workspaces', '/workspaces', { isForEyesAlone: true }),
  at('workspace', '/workspaces/shop', { hasPicture: true }),
  at('workspace-logs', '/workspaces/shop?tab=logs'),
  at('documents', '/extensions/doc-service'),
  at('settings', '/extensions/doc-service/settings', { hasPicture: true }),
  // It says since when it is away, and counts the seconds to the next try: no two pictures are the same.
  at('extension-offline', '/extensions/lighthouse'),
  at('extension-unknown', '/extensions/nowhere', { isForEyesAlone: true }),
  at('nowhere', '/no/such/page', { hasPicture: true }),
  at('share', '/share', { isForEyesAlone: true }),
  at('users', '/admin/users', { hasPicture: true }),
  { name: 'user', path: ({ user }) => `/admin/users/${user}` },
  at('groups', '/admin/groups', { hasPicture: true }),
  at('requests', '/admin/requests', { hasPicture: true }),
  at('plugins', '/admin/plugins'),
  at('access', '/admin/plugins/doc-service', { isForEyesAlone: true }),
  at('access-cranes', '/admin/plugins/cranes', { hasPicture: true }),
  at('add-extension', '/admin/add-extension', { hasPicture: true }),
  at('admin-workspaces', '/admin/workspaces', { hasPicture: true }),
  { name: 'bindings-workspace', path: ({ workspace }) => `/admin/workspaces/${workspace}/bindings` },
  { name: 'bindings-type', path: ({ type }) => `/admin/workspace-types/${type}/bindings` },
  at('capabilities', '/admin/capabilities', { hasPicture: true }),
  at('connections', '/admin/connections', { hasPicture: true }),
  at('traffic', '/admin/traffic'),
  at('mail', '/admin/mail', { hasPicture: true }),
  at('audit', '/admin/audit'),
  at('berth-settings', '/admin/settings', { hasPicture: true }),
  at('dialog-user', '/admin/users', { hasPicture: true, before: dialogBy('Add user') }),
  at('dialog-group', '/admin/groups', { isForEyesAlone: true, before: dialogBy('Add group') }),
  at('dialog-connection', '/admin/connections', { before: dialogBy('Add connection') }),
  at('dialog-workspace', '/admin/workspaces', { isForEyesAlone: true, before: dialogBy('Add workspace') }),
  at('palette', '/apps', {
    hasPicture: true,
    before: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
    },
  }),
  at('keys', '/apps', {
    hasPicture: true,
    before: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  }),
  at('person-home', '/', { as: 'person' }),
  at('person-apps', '/apps', { isForEyesAlone: true, as: 'person' }),
  at('person-account', '/profile', { isForEyesAlone: true, as: 'person' }),
  at('person-no-right', '/extensions/cranes', { as: 'person', hasPicture: true }),
  at('person-settings', '/extensions/doc-service/settings', { isForEyesAlone: true, as: 'person' }),
  at('person-workspaces', '/workspaces', { isForEyesAlone: true, as: 'person' }),
  at('person-notifications', '/notifications', { isForEyesAlone: true, as: 'person' }),
];
