/** Who may use which route of the gateway: data beside the rooms. A threshold: every room may import this file. */
import type { Principal } from './principal.ts';

/**
 * `public`: anybody. `user`: whoever is signed in. `plugin-owner`: whoever looks after some plugin, and superusers; which plugins, the row's
 * owner policy and the handler ask. `superuser`: superusers.
 */
export type Audience = 'public' | 'user' | 'plugin-owner' | 'superuser';

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
  /**
   * Machines of the operator's own ask for it by whatever name or address they know the gateway by: probes, scrapers,
   * containers. A page that was led here by a foreign name has none of our cookies and must learn nothing from it.
   */
  anyHost?: true;
  /**
   * What the audit calls a use of it: `group.create`. An unsafe route without a name is called by its method and path;
   * `null` is not worth a row: it changes nothing that anybody else could ask about.
   */
  audit?: string | null;
};

/** What a handler adds for the audit, by `c.set('auditNote', …)`. Never a secret; keys that the audit does not know are dropped. */
export type AuditNote = {
  /** In place of the path's own parameters. */
  target?: string;
  /** Who it was, where the route is public and the handler found out. */
  actor?: { id: string; email: string };
  /** Whose account a sign-in claimed to be: kept only when there is such an account, for people type passwords there. */
  claimedEmail?: string;
  details?: Readonly<Record<string, AuditDetail>>;
  /** Where the status does not tell: a browser is led away by the same redirect whether it was let in or not. */
  outcome?: 'refused';
};

export type AuditDetail = string | number | boolean | readonly string[] | undefined;

declare module 'hono' {
  interface ContextVariableMap {
    auditNote: AuditNote;
    /** Set by the guard before it decides: who asked, also where they are refused. For the audit alone. */
    asker: Principal | null;
  }
}
