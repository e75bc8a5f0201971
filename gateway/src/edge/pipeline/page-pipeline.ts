/** The walk to a plugin's page files: by the capability in their address, or to that address for whoever may use the plugin. */
import { isServed, type Plugin } from '#plugins/registry/snapshot.ts';
import type { Answer, Asked } from '#edge/http/answer.types.ts';
import { pageFileLines } from '#edge/http/cors.ts';
import { forward, type Passage } from './forward.ts';
import { HeaderLines } from '#edge/http/header-lines.ts';
import { slotOf } from './limits.ts';
import { refusalOf } from './authorize.ts';
import { pageFilePath, pageRoot, pagePolicyLines, pageRequestHeaders, readCapability } from './ui-files.ts';
import {
  arrivalLines,
  noteOwnAnswer,
  refusalProblem,
  refuseUnscoped,
  withIdentification,
  writeIds,
  type Visit,
  type WalkTools,
} from './request-context.ts';

const pageLimits = { max_body_bytes: 0, timeout_ms: 30_000, idle_timeout_ms: 60_000, max_concurrent: 512 };
/** For the log: page files have no route of their own. */
const pageRoute = '/apps/*';

export function walkToPage(
  tools: WalkTools,
  req: Asked,
  res: Answer,
  visit: Visit,
  fail: (error: unknown) => void,
): void {
  const { address, plugin, method } = visit;
  visit.route = pageRoute;
  const ui = plugin?.admitted?.manifest.ui;
  const isFile = ui !== undefined && ui.mode !== 'none' && (method === 'GET' || method === 'HEAD');
  const opened = readCapability(address.rest);
  if (opened) {
    if (
      !plugin ||
      !isFile ||
      plugin.state === 'disabled' ||
      !tools.capabilities.isGood(plugin.id, opened.capability)
    )
      throw refusalProblem('not-found');
    if (!isServed(plugin)) throw refusalProblem('plugin-offline');
    const page = { plugin, opened, entry: ui.entry };
    forward(tools, req, res, passageToPage(tools, req, visit, page));
    return;
  }
  withIdentification(
    tools.identify(req.rawHeaders),
    (who) => {
      const principal = who.ok ? who.principal : null;
      const passes =
        isFile && principal?.onlyPlugin === undefined && plugin?.admitted?.compiled.maySee(principal) != null;
      const refusal = refusalOf(plugin, passes, principal);
      if (refusal) throw refusalProblem(refusal, who);
      refuseUnscoped(principal, address.pluginId, true);
      const location = `${address.prefix}/~${tools.capabilities.of(address.pluginId)}${address.rest === '' ? '/' : address.rest}${address.query}`;
      res.writeHead(302, [
        'location',
        location,
        'cache-control',
        'no-store',
        'content-length',
        '0',
        'x-request-id',
        visit.requestId,
      ]);
      res.end();
      noteOwnAnswer(tools, visit.method, visit.requestId, visit.startedAt, visit, 302);
    },
    fail,
  );
}

type Page = { plugin: Plugin; opened: { capability: string; file: string }; entry: string };

function passageToPage(tools: WalkTools, req: Asked, visit: Visit, { plugin, opened, entry }: Page): Passage {
  const { address, head, method, requestId } = visit;
  const arrival = tools.readArrival(req.socket, head);
  const own: string[] = [];
  const traceparent = writeIds(tools, own, requestId, head.traceparent);
  const origins = new Set([
    tools.publicOrigin ?? `${arrival.proto}://${arrival.host}`,
    `${arrival.proto}://${arrival.host}`,
  ]);
  return {
    pluginId: plugin.id,
    upstream: plugin,
    // What the container says of its own files goes on by the same capability.
    address: { ...address, prefix: `${address.prefix}/~${opened.capability}`, rest: opened.file },
    method,
    containerPath: pageFilePath(entry, opened.file) + address.query,
    containerRoot: pageRoot(entry),
    standing: new HeaderLines([...pageRequestHeaders(head.passed), ...arrivalLines(arrival, address)]),
    own,
    limits: pageLimits,
    slot: slotOf(plugin.id, null),
    isLasting: false,
    hasBody: false,
    wantsContinue: false,
    claim: null,
    requestId,
    traceparent,
    sentTraceparent: head.traceparent,
    route: pageRoute,
    answerLines: new HeaderLines([
      ...pagePolicyLines([...origins], plugin.id, plugin.admitted?.manifest.mounts ?? []),
      ...pageFileLines,
    ]),
    refusalLines: pageFileLines,
    startedAt: visit.startedAt,
  };
}
