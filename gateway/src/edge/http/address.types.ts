/** Where in the gateway's space a request target lies. */

/**
 * `api`: below `/api/plugins/{id}/app`. `mount`: below an admitted mount. `ui`: below `/apps/{id}`.
 * `nowhere`: no address of a plugin or of the gateway (`*`, `http://host/…`, `//host/…`): refused with 400.
 */
export type Address = {
  kind: 'api' | 'mount' | 'ui' | 'nowhere';
  /** As spelt in the path; no such plugin may exist. */
  pluginId: string;
  /** What of the path is the gateway's own: the container's path begins behind it. No slash at its end. */
  prefix: string;
  /** The path behind the prefix: empty, or beginning with a slash. */
  rest: string;
  /** With its `?`; empty when there is none. */
  query: string;
};
