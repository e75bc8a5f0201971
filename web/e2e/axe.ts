/** WCAG 2.2 AA as far as a machine can check it. */
import { atRest } from '@berth/testing/looks.ts';
import axe from 'axe-core';
import type { Frame, Page } from 'playwright-core';

type Violation = { id: string; help: string; nodes: { html: string; failureSummary?: string }[] };

const options = { iframes: false, resultTypes: ['violations'] };
const levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** @returns one line a finding; frames inside are looked at by themselves */
export async function accessibilityFindings(where: Page | Frame): Promise<string[]> {
  await where.evaluate(axe.source);
  await atRest(where);
  const violations: Violation[] = await where.evaluate(
    `axe.run(document, ${JSON.stringify({ ...options, runOnly: { type: 'tag', values: levels } })}).then(({ violations }) => violations)`,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  );
}
