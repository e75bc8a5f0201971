/**
 * Requests for a plugin's page files: by the capability in their address, or redirected to that address where
 * the principal may use the plugin.
 */
import { isServed, type Plugin } from '#plugins/registry/snapshot.ts';
import type { ClientResponse } from '#edge/http/client-response.ts';
import { pageFileLines } from '#edge/http/cors.ts';
import { HeaderLines } from '#edge/http/header-lines.ts';
import { accessLine } from './finished-request.ts';
import { refusalOf } from './authorize.ts';
import { askHooks } from './ask-hooks.ts';
import type { EdgeTools } from './edge-tools.types.ts';
import { forward } from './forward.ts';
import type { RequestContext } from './request-context.ts';
import { refusalProblem, refuseUnscoped, withIdentification } from './route-decision.ts';
import { pageFilePath, pageRoot, pagePolicyLines, pageRequestHeaders, readCapability } from './ui-files.ts';
import { clientInfoOf, forwardedLines, writeIds } from './upstream-headers.ts';
import type { ForwardedRequest } from './upstream-request.ts';

const pageLimits = { max_body_bytes: 0, timeout_ms: 30_000, idle_timeout_ms: 60_000, max_concurrent: 512 };
/** For the log: page files have no route of their own. */
const pagePattern = '/apps/*';

export function proxyToPage(
  tools: EdgeTools,
  context: RequestContext,
  response: ClientResponse,
  fail: (error: unknown) => void,
): void {
  const { address, plugin, request } = context;
  const { method } = request;
  context.pattern = pagePattern;
  const ui = plugin?.admitted?.manifest.ui;
  const isFile = ui !== undefined && ui.mode !== 'none' && (method === 'GET' || method === 'HEAD');
  const opened = readCapability(address.rest);
  if (opened) {
    if (!plugin || !isFile || plugin.state === 'disabled') throw refusalProblem('not-found');
    if (!tools.capabilities.isGood(plugin.id, opened.capability)) throw refusalProblem('not-found');
    if (!isServed(plugin)) throw refusalProblem('plugin-offline');
    forward(tools, response, pageRequest(tools, context, { plugin, opened, entry: ui.entry }));
    return;
  }
  withIdentification(
    tools.identify(request.rawHeaders, request.memo.credential),
    (who) => {
      const principal = who.ok ? who.principal : null;
      const maySee = plugin?.admitted?.compiled.maySee(principal) != null;
      const passes = isFile && principal?.onlyPlugin === undefined && maySee;
      const refusal = refusalOf(plugin, passes, principal);
      if (refusal) throw refusalProblem(refusal, who);
      refuseUnscoped(principal, address.pluginId, true);
      const asked = { principal, pluginId: address.pluginId, route: pagePattern };
      const redirect = () => redirectToCapability(tools, context, response);
      const asking = askHooks(tools, context, asked);
      if (asking === undefined) redirect();
      else asking.then(redirect).catch(fail);
    },
    fail,
  );
}

function redirectToCapability(tools: EdgeTools, context: RequestContext, response: ClientResponse): void {
  const { pluginId, prefix, rest, query } = context.address;
  const file = rest === '' ? '/' : rest;
  const location = `${prefix}/~${tools.capabilities.of(pluginId)}${file}${query}`;
  const lines = ['location', location, 'cache-control', 'no-store', 'content-length', '0'];
  response.writeHead(302, [...lines, 'x-request-id', context.requestId]);
  response.end();
  tools.accessLines.add(accessLine(tools.now(), context, context, { status: 302 }));
}

type Page = { plugin: Plugin; opened: { capability: string; file: string }; entry: string };

function pageRequest(
  tools: EdgeTools,
  received: RequestContext,
  { plugin, opened, entry }: Page,
): ForwardedRequest {
  const { address, head, request, requestId } = received;
  const client = clientInfoOf(tools, request, head);
  const requestHeaders: string[] = [];
  const traceparent = writeIds(tools, requestHeaders, requestId, head.traceparent);
  const asked = `${client.proto}://${client.host}`;
  const origins = [...new Set([tools.publicOrigin ?? asked, asked])];
  const mounts = plugin.admitted?.manifest.mounts ?? [];
  return {
    context: { ...received, refusalLines: pageFileLines },
    decision: {
      plugin,
      pattern: pagePattern,
      limits: pageLimits,
      usage: tools.usageOf(plugin.id, null),
      isLongLived: false,
      claim: null,
    },
    sent: {
      method: request.method,
      path: pageFilePath(entry, opened.file) + address.query,
      cachedHeaders: new HeaderLines([
        ...pageRequestHeaders(head.passed),
        ...forwardedLines(client, address),
      ]),
      requestHeaders,
      body: null,
      isLongLived: false,
      needsNewConnection: false,
      startedAt: received.startedAt,
      headTimeoutMs: pageLimits.timeout_ms,
      idleTimeoutMs: pageLimits.idle_timeout_ms,
    },
    traceparent,
    place: {
      // What the container says of its own files goes on by the same capability.
      address: { ...address, prefix: `${address.prefix}/~${opened.capability}`, rest: opened.file },
      containerRoot: pageRoot(entry),
      upstream: plugin,
    },
    responseLines: new HeaderLines([...pagePolicyLines(origins, plugin.id, mounts), ...pageFileLines]),
  };
}
