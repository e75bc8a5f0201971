/**
 * What a browser holds while it is away at a provider: sealed, one cookie a flow, so that two tabs do not
 * disturb each other.
 */
import { sealer } from '@berth/plugin-kit/base/sealed.ts';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import type { Flow } from './oidc.types.ts';

export type FlowCookies = {
  give: (c: Context, flow: Flow) => void;
  /** Takes it away as well: each is good once. `null`: none, not ours, or over. */
  take: (c: Context, providerId: string, state: string) => Flow | null;
};

/**
 * Another site may lead a browser here as often as it likes: cookies that pile up would make every request
 * too large.
 */
const maxFlows = 5;

/** The cookie opens with the very state alone, so that it need not hold it. */
const flowForm = z.object({
  providerId: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  linkUserId: z.string().nullable(),
  expiresAt: z.number(),
});

export function flowCookies({
  secret,
  isSecure,
  now,
}: {
  secret: Uint8Array;
  isSecure: boolean;
  now: () => number;
}): FlowCookies {
  const box = sealer(secret, 'sign-in through a provider');
  const start = `${isSecure ? '__Host-' : ''}berth_oidc_`;
  const nameOf = (state: string) => `${start}${state.slice(0, 12)}`;
  // Lax: the browser comes back by a link from elsewhere.
  const options = { path: '/', httpOnly: true, sameSite: 'Lax', secure: isSecure } as const;
  return {
    give: (c, flow) => {
      // Browsers send the oldest first.
      const others = Object.keys(getCookie(c)).filter((name) => name.startsWith(start));
      for (const name of others.slice(0, Math.max(0, others.length - (maxFlows - 1))))
        setCookie(c, name, '', { ...options, maxAge: 0 });
      const sealed = box
        .seal(Buffer.from(JSON.stringify({ ...flow, state: undefined })), flow.state)
        .toString('base64url');
      setCookie(c, nameOf(flow.state), sealed, {
        ...options,
        maxAge: Math.ceil((flow.expiresAt - now()) / 1000),
      });
    },
    take: (c, providerId, state) => {
      if (!/^[\w-]{43,1500}$/.test(state)) return null;
      const plain = box.open(Buffer.from(getCookie(c, nameOf(state)) ?? '', 'base64url'), state);
      setCookie(c, nameOf(state), '', { ...options, maxAge: 0 });
      const flow = plain && flowForm.safeParse(JSON.parse(plain.toString())).data;
      return flow && flow.providerId === providerId && flow.expiresAt > now() ? { ...flow, state } : null;
    },
  };
}
