/**
 * What modules of the operator's decide about a request (docs/guides/hooks.md). Each part is `null` where no
 * module does.
 */
import type { UsageStamp } from '#edge/http/access-line.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { Plugin } from '#plugins/registry/snapshot.ts';

export type RequestHooks = {
  /**
   * Asked after Berth's own rule let the request pass, before anything of its body is read; may answer at
   * once. @throws Problem
   */
  admit: ((asked: AskedRequest) => void | Promise<void>) | null;
  /**
   * The permission checkers alone, about a stream that is open: what they said at the door may have changed.
   */
  stillMay: ((asked: AskedRequest) => void | Promise<void>) | null;
  /** For the rows of usage, when the request is sent. */
  stamp: ((principal: Principal | null, plugin: Plugin) => UsageStamp) | null;
};

export type AskedRequest = {
  principal: Principal | null;
  pluginId: string;
  method: string;
  /** The pattern of the manifest's route, or that of all page files. */
  route: string;
  /** Nothing is changed by it, as far as the method says. */
  isRead: boolean;
};
