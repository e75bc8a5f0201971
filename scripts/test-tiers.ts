/**
 * The two tiers of tests. `npm test` runs the fast one, `npm run test:slow` the slow one, `.ci/run` both; a
 * single file is run by its name whatever its tier.
 */

/**
 * Those that kill processes, flood, count memory, try thousands of random cases, start the whole product
 * again and again, or take long in a browser. The fast tier keeps a walk through the product in a real
 * browser, and is to take eight minutes on two cores.
 */
export const slowTier: readonly string[] = [
  'doc-service/src/catastrophes.test.ts',
  'doc-service/src/hazards.test.ts',
  'doc-service/src/kills.test.ts',
  'doc-service/src/reading/hostile-files.test.ts',
  'doc-service/src/reading/scans.test.ts',
  'doc-service/src/search/bounded.test.ts',
  'doc-service/src/suggestions/many.test.ts',
  'doc-service/src/suggestions/measure-model.test.ts',
  'doc-service/src/suggestions/measure.test.ts',
  'doc-service/ui/beside.browser.test.ts',
  'doc-service/ui/finding.browser.test.ts',
  'doc-service/ui/head.browser.test.ts',
  'doc-service/ui/inbox.browser.test.ts',
  'doc-service/ui/library.browser.test.ts',
  'doc-service/ui/list.browser.test.ts',
  'doc-service/ui/german.browser.test.ts',
  'doc-service/ui/looks.browser.test.ts',
  'doc-service/ui/ui.browser.test.ts',
  'doc-service/ui/viewer.browser.test.ts',
  'gateway/src/capabilities.test.ts',
  'gateway/src/edge/edge.access.properties.test.ts',
  'gateway/src/edge/edge.early-answers.test.ts',
  'gateway/src/edge/edge.memory.test.ts',
  'gateway/src/edge/edge.mutations.test.ts',
  'gateway/src/edge/edge.properties.test.ts',
  'gateway/src/floods.test.ts',
  'gateway/src/identity/access/database-restart.test.ts',
  'gateway/src/nginx.test.ts',
  'gateway/src/restart.test.ts',
  'gateway/src/second-gateway.test.ts',
  'scripts/ops.compose.test.ts',
  'scripts/start.test.ts',
  'web/e2e/access.test.ts',
  'web/e2e/add-extension.test.ts',
  'web/e2e/administration.test.ts',
  'web/e2e/containers.test.ts',
  'web/e2e/credentials.test.ts',
  'web/e2e/extension-states.test.ts',
  'web/e2e/forms.live.test.ts',
  'web/e2e/forms.native.test.ts',
  'web/e2e/forms.property.test.ts',
  'web/e2e/forms.real.test.ts',
  'web/e2e/forms.test.ts',
  'web/e2e/german.test.ts',
  'web/e2e/looks.test.ts',
  'web/e2e/mail.test.ts',
  'web/e2e/overlay-keys.test.ts',
  'web/e2e/settings-tools.test.ts',
  'web/e2e/shell.test.ts',
  'web/e2e/states.test.ts',
  'web/e2e/ways-in.test.ts',
  'web/e2e/workspaces-admin.test.ts',
  'web/e2e/workspaces.test.ts',
];

export type Tier = 'fast' | 'slow' | 'all';

/** @returns the tier that a run was asked for; a file that is named runs whatever its tier */
export function tierIn(env: Readonly<Record<string, string | undefined>>): Tier {
  const wanted = env['BERTH_TESTS'];
  return wanted === 'fast' || wanted === 'slow' ? wanted : 'all';
}
