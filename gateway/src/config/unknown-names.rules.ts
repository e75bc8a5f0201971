/** O7: a variable of ours that nothing reads is misspelt: the start tells it, for its value has no effect. */
import { nearestName } from '@berth/plugin-kit/base/nearest-name.ts';
import type { Finding } from './finding.rules.ts';

/**
 * Read by the start, by doc-service, by `compose.yaml` or by our own tools: a test compares it with what they
 * read.
 */
const readElsewhere = `
  BERTH_WATCH_DIR BERTH_VAULT_DIR BERTH_IMPORT_DIR BERTH_GATEWAY_URL BERTH_INTERNAL_URL BERTH_MIN_FREE_MB
  BERTH_DB_PASSWORD BERTH_DOCUMENTS_DB_PASSWORD BERTH_GATEWAY_IMAGE BERTH_DOC_SERVICE_IMAGE BERTH_HTTP_PORT
  BERTH_HTTPS_PORT BERTH_TLS_DIR BERTH_ACME_DIR BERTH_CONFIG_DIR BERTH_FRONT_PREFIX BERTH_CHROMIUM BERTH_PICTURES BERTH_SCREENSHOTS BERTH_SHOTS
`.match(/\w+/g);
/** Of our tests of a whole machine. */
const toolFamilies = /^BERTH_(?:LAB|TRY)(?:_|$)/;

/** @param own what the gateway reads */
export function unknownNames(
  env: Readonly<Record<string, string | undefined>>,
  own: readonly string[],
): Finding[] {
  const known = new Set([...own, ...(readElsewhere ?? [])]);
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith('BERTH_') && !known.has(name) && !toolFamilies.test(name),
  );
  return unknown.map((setting) => {
    const nearest = nearestName(setting, known);
    const fix =
      nearest === null ? 'docs/environment.md lists those that there are' : `did you mean ${nearest}?`;
    return { setting, problem: 'there is no such variable, and it has no effect', fix, stops: 'never' };
  });
}
