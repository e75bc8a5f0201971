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
  /** Why it differs from one run to the next; without it, it is compared with its picture. */
  moves?: string;
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
  at('sign-in', '/sign-in', { as: 'stranger' }),
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
  at('register', '/register', { as: 'stranger' }),
  at('forgotten', '/forgotten', { as: 'stranger' }),
  at('reset', '/reset', { as: 'stranger' }),
  at('verify', '/verify', { as: 'stranger' }),
  at('home', '/'),
  at('apps', '/apps'),
  at('notifications', '/notifications'),
  at('account', '/profile'),
  at('workspaces', '/workspaces'),
  at('workspace', '/workspaces/shop'),
  at('workspace-logs', '/workspaces/shop?tab=logs'),
  at('documents', '/extensions/doc-service', { moves: 'Its frame has pictures in its own test.' }),
  at('settings', '/extensions/doc-service/settings'),
  at('extension-offline', '/extensions/lighthouse'),
  at('extension-unknown', '/extensions/nowhere', { isForEyesAlone: true }),
  at('nowhere', '/no/such/page'),
  at('share', '/share'),
  at('users', '/admin/users'),
  { name: 'user', path: ({ user }) => `/admin/users/${user}` },
  at('groups', '/admin/groups'),
  at('requests', '/admin/requests'),
  at('plugins', '/admin/plugins'),
  at('access', '/admin/plugins/doc-service', { isForEyesAlone: true }),
  at('access-cranes', '/admin/plugins/cranes'),
  at('add-extension', '/admin/add-extension'),
  at('admin-workspaces', '/admin/workspaces'),
  { name: 'bindings-workspace', path: ({ workspace }) => `/admin/workspaces/${workspace}/bindings` },
  { name: 'bindings-type', path: ({ type }) => `/admin/workspace-types/${type}/bindings` },
  at('capabilities', '/admin/capabilities'),
  at('connections', '/admin/connections'),
  at('traffic', '/admin/traffic', { moves: 'Its figures are of this run.' }),
  at('mail', '/admin/mail'),
  at('audit', '/admin/audit', { moves: 'Its rows are what this run did.' }),
  at('berth-settings', '/admin/settings'),
  at('dialog-user', '/admin/users', { before: dialogBy('Add user') }),
  at('dialog-group', '/admin/groups', { isForEyesAlone: true, before: dialogBy('Add group') }),
  at('dialog-connection', '/admin/connections', { before: dialogBy('Add connection') }),
  at('dialog-workspace', '/admin/workspaces', { isForEyesAlone: true, before: dialogBy('Add workspace') }),
  at('palette', '/apps', {
    before: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
    },
  }),
  at('keys', '/apps', {
    before: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  }),
  at('person-home', '/', { as: 'person' }),
  at('person-apps', '/apps', { isForEyesAlone: true, as: 'person' }),
  at('person-account', '/profile', { isForEyesAlone: true, as: 'person' }),
  at('person-no-right', '/extensions/cranes', { as: 'person' }),
  at('person-settings', '/extensions/doc-service/settings', { isForEyesAlone: true, as: 'person' }),
  at('person-workspaces', '/workspaces', { isForEyesAlone: true, as: 'person' }),
  at('person-notifications', '/notifications', { isForEyesAlone: true, as: 'person' }),
];
