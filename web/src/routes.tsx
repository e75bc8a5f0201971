/** Every address of the shell, who may open it, and where they go otherwise. */
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { mayDecideRequests } from '#api/access.ts';
import { sessionQuery, setupQuery } from '#api/session.ts';
import { readAuditSearch } from '#admin/audit/audit.rules.ts';
import { readGroupsSearch } from '#admin/groups/groups.rules.ts';
import { readRequestsSearch } from '#admin/requests.rules.ts';
import { readUsersSearch } from '#admin/users/users.rules.ts';
import { AppsPage } from '#apps/apps.page.tsx';
import { HomePage } from '#apps/home.page.tsx';
import { KeptPages } from '#plugins/kept-pages.tsx';
import { PluginHeads } from '#plugins/plugin-heads.tsx';
import { PluginLayout, PluginPage } from '#plugins/plugin.page.tsx';
import { readSettingsSearch } from '#plugins/settings/settings-search.rules.ts';
import { isOutsideShell, safeReturnPath } from '#sign-in/return-path.ts';
import { readWorkspaceSearch } from '#workspaces/workspace-search.rules.ts';
import { Frame } from './shell/frame.tsx';
import { Broken } from './shell/broken.tsx';
import { lazyPage, spoken } from './shell/lazy-page.tsx';
import { NoSuchPage } from './shell/no-such-page.tsx';
import { Loading } from './shell/states.tsx';
import { Toasts } from './shell/toasts.tsx';
import pageStyles from '#shell/page.module.css';

type Context = { client: QueryClient };

const root = createRootRouteWithContext<Context>()({
  component: () => (
    <>
      <Outlet />
      <Toasts />
    </>
  ),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: 'setup',
  component: lazyPage(() => import('#sign-in/setup.page.tsx'), 'SetupPage'),
});

/** `problem` and `provider`: what became of a sign-in through a provider. */
type SignInSearch = { return?: string; problem?: string; provider?: string };

const signIn = createRoute({
  getParentRoute: () => root,
  path: 'sign-in',
  component: lazyPage(() => import('#sign-in/sign-in.page.tsx'), 'SignInPage'),
  validateSearch: (search: Record<string, unknown>): SignInSearch => ({
    ...(typeof search['return'] === 'string' ? { return: search['return'] } : {}),
    ...(typeof search['problem'] === 'string' ? { problem: search['problem'] } : {}),
    ...(typeof search['provider'] === 'string' ? { provider: search['provider'] } : {}),
  }),
  beforeLoad: async ({ context, search }) => {
    const session = await context.client.ensureQueryData(sessionQuery);
    if (session) {
      const back = safeReturnPath(search.return);
      if (isOutsideShell(back)) return leaveFor(back);
      redirect({ throw: true, to: back, replace: true });
    }
    const { wanted } = await context.client.ensureQueryData(setupQuery);
    if (wanted) redirect({ throw: true, to: '/setup', replace: true });
  },
});

/** The browser loads another page: this one stays as it is until then. */
function leaveFor(path: string): Promise<never> {
  window.location.replace(path);
  return new Promise(() => {});
}

const register = createRoute({
  getParentRoute: () => root,
  path: 'register',
  component: lazyPage(() => import('#sign-in/register.page.tsx'), 'RegisterPage'),
  validateSearch: (search: Record<string, unknown>): { return?: string } =>
    typeof search['return'] === 'string' ? { return: search['return'] } : {},
});

const forgotten = createRoute({
  getParentRoute: () => root,
  path: 'forgotten',
  component: lazyPage(() => import('#sign-in/forgotten.page.tsx'), 'ForgottenPage'),
});
const reset = createRoute({
  getParentRoute: () => root,
  path: 'reset',
  component: lazyPage(() => import('#sign-in/reset.page.tsx'), 'ResetPage'),
});
const verify = createRoute({
  getParentRoute: () => root,
  path: 'verify',
  component: lazyPage(() => import('#sign-in/verify.page.tsx'), 'VerifyPage'),
});

/** Everything inside: whoever is not signed in goes to the door and comes back to where they were. */
const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  component: () => (
    <PluginHeads>
      <Frame beside={<KeptPages />} />
    </PluginHeads>
  ),
  beforeLoad: async ({ context, location }) => {
    const session = await context.client.ensureQueryData(sessionQuery);
    if (session) return;
    const back = safeReturnPath(location.href);
    redirect({ throw: true, to: '/sign-in', search: back === '/' ? {} : { return: back }, replace: true });
  },
});

const home = createRoute({ getParentRoute: () => frame, path: '/', component: spoken(HomePage) });
const apps = createRoute({ getParentRoute: () => frame, path: 'apps', component: spoken(AppsPage) });
const share = createRoute({
  getParentRoute: () => frame,
  path: 'share',
  component: lazyPage(() => import('#share/share.page.tsx'), 'SharePage'),
});
const profile = createRoute({
  getParentRoute: () => frame,
  path: 'profile',
  component: lazyPage(() => import('#profile/profile.page.tsx'), 'ProfilePage'),
});

const notifications = createRoute({
  getParentRoute: () => frame,
  path: 'notifications',
  component: lazyPage(() => import('#notifications/notifications.page.tsx'), 'NotificationsPage'),
});

const plugin = createRoute({
  getParentRoute: () => frame,
  path: 'extensions/$pluginId',
  component: spoken(PluginLayout),
});
const pluginPage = createRoute({ getParentRoute: () => plugin, path: '/', component: spoken(PluginPage) });
const pluginSettings = createRoute({
  getParentRoute: () => plugin,
  path: 'settings',
  validateSearch: readSettingsSearch,
  component: lazyPage(() => import('#plugins/settings/settings.page.tsx'), 'SettingsPage'),
});

const workspaces = createRoute({
  getParentRoute: () => frame,
  path: 'workspaces',
  component: lazyPage(() => import('#workspaces/workspaces.page.tsx'), 'WorkspacesPage'),
});
const workspace = createRoute({
  getParentRoute: () => frame,
  path: 'workspaces/$workspace',
  validateSearch: readWorkspaceSearch,
  component: lazyPage(() => import('#workspaces/workspace.page.tsx'), 'WorkspacePage'),
});

const admin = createRoute({
  getParentRoute: () => frame,
  id: 'admin',
  beforeLoad: async ({ context }) => {
    const session = await context.client.ensureQueryData(sessionQuery);
    if (session && !session.user.is_superuser) redirect({ throw: true, to: '/', replace: true });
  },
});
const users = createRoute({
  getParentRoute: () => admin,
  path: 'admin/users',
  validateSearch: readUsersSearch,
  component: lazyPage(() => import('#admin/users/users.page.tsx'), 'UsersPage'),
});
const user = createRoute({
  getParentRoute: () => admin,
  path: 'admin/users/$userId',
  component: lazyPage(() => import('#admin/users/user.page.tsx'), 'UserPage'),
});
const groups = createRoute({
  getParentRoute: () => admin,
  path: 'admin/groups',
  validateSearch: readGroupsSearch,
  component: lazyPage(() => import('#admin/groups/groups.page.tsx'), 'GroupsPage'),
});
const plugins = createRoute({
  getParentRoute: () => admin,
  path: 'admin/plugins',
  component: lazyPage(() => import('#admin/extensions/plugins.page.tsx'), 'PluginsPage'),
});
const pluginAccess = createRoute({
  getParentRoute: () => admin,
  path: 'admin/plugins/$pluginId',
  component: lazyPage(() => import('#admin/plugin-access/plugin-access.page.tsx'), 'PluginAccessPage'),
});
/** For superusers, and for whoever looks after an extension: the gateway says of which. */
const requests = createRoute({
  getParentRoute: () => frame,
  path: 'admin/requests',
  beforeLoad: async ({ context }) => {
    const session = await context.client.ensureQueryData(sessionQuery);
    if (session && !mayDecideRequests(session.user)) redirect({ throw: true, to: '/', replace: true });
  },
  validateSearch: readRequestsSearch,
  component: lazyPage(() => import('#admin/requests.page.tsx'), 'RequestsPage'),
});
const audit = createRoute({
  getParentRoute: () => admin,
  path: 'admin/audit',
  validateSearch: readAuditSearch,
  component: lazyPage(() => import('#admin/audit/audit.page.tsx'), 'AuditPage'),
});
const traffic = createRoute({
  getParentRoute: () => admin,
  path: 'admin/traffic',
  component: lazyPage(() => import('#admin/traffic/traffic.page.tsx'), 'TrafficPage'),
});
const mail = createRoute({
  getParentRoute: () => admin,
  path: 'admin/mail',
  component: lazyPage(() => import('#admin/mail/mail.page.tsx'), 'MailPage'),
});
const connections = createRoute({
  getParentRoute: () => admin,
  path: 'admin/connections',
  component: lazyPage(() => import('#admin/connections/connections.page.tsx'), 'ConnectionsPage'),
});
const addExtension = createRoute({
  getParentRoute: () => admin,
  path: 'admin/add-extension',
  component: lazyPage(() => import('#admin/extensions/add-extension.page.tsx'), 'AddExtensionPage'),
});
const workspacesAdmin = createRoute({
  getParentRoute: () => admin,
  path: 'admin/workspaces',
  component: lazyPage(() => import('#admin/workspaces/workspaces-admin.page.tsx'), 'WorkspacesAdminPage'),
});
const workspaceBindings = createRoute({
  getParentRoute: () => admin,
  path: 'admin/workspaces/$ownerId/bindings',
  component: lazyPage(() => import('#plugins/bindings/bindings.page.tsx'), 'WorkspaceBindingsPage'),
});
const typeBindings = createRoute({
  getParentRoute: () => admin,
  path: 'admin/workspace-types/$ownerId/bindings',
  component: lazyPage(() => import('#plugins/bindings/bindings.page.tsx'), 'TypeBindingsPage'),
});
const capabilities = createRoute({
  getParentRoute: () => admin,
  path: 'admin/capabilities',
  component: lazyPage(() => import('#plugins/bindings/capabilities.page.tsx'), 'CapabilitiesPage'),
});
const berthSettings = createRoute({
  getParentRoute: () => admin,
  path: 'admin/settings',
  component: lazyPage(() => import('#plugins/settings/berth-settings.page.tsx'), 'BerthSettingsPage'),
});
const adminStart = createRoute({
  getParentRoute: () => admin,
  path: 'admin',
  beforeLoad: () => {
    redirect({ throw: true, to: '/admin/users', replace: true });
  },
});

/** Inside the frame, so that the way on is in sight; who is not signed in learns nothing of what is here. */
const nowhere = createRoute({ getParentRoute: () => frame, path: '$', component: spoken(NoSuchPage) });

const tree = root.addChildren([
  setup,
  signIn,
  register,
  forgotten,
  reset,
  verify,
  frame.addChildren([
    home,
    apps,
    share,
    profile,
    notifications,
    plugin.addChildren([pluginPage, pluginSettings]),
    requests,
    workspaces,
    workspace,
    admin.addChildren([
      adminStart,
      berthSettings,
      users,
      user,
      groups,
      plugins,
      pluginAccess,
      addExtension,
      workspacesAdmin,
      workspaceBindings,
      typeBindings,
      capabilities,
      connections,
      traffic,
      mail,
      audit,
    ]),
    nowhere,
  ]),
]);

export function createShellRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultPendingMs: 0,
    defaultPendingMinMs: 0,
    defaultPendingComponent: () => (
      <div className={pageStyles['page']}>
        <Loading />
      </div>
    ),
    defaultErrorComponent: ({ error, reset }) => <Broken error={error} onRetry={reset} />,
    scrollRestoration: false,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createShellRouter>;
  }
}
