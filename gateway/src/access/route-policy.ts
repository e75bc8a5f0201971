/** Who may use which route of the gateway: data beside the rooms. A threshold: every room may import this file. */

/** `public`: anybody. `user`: whoever is signed in. `superuser`: superusers. `metrics` and the like come later. */
export type Audience = 'public' | 'user' | 'superuser';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One row a route. `path` is spelt as in Hono: `/api/admin/users/:id`. */
export type RoutePolicy = {
  method: Method;
  path: string;
  audience: Audience;
  /**
   * For routes on somebody's own thing: the name of a registered owner policy, which answers 404 for what is
   * somebody else's.
   */
  owner?: string;
  /** Sign-in, registration and set-up: no double-submit token exists yet. The origin check stays. */
  withoutCsrfToken?: true;
};
