/** An issuer is one exact text (OpenID Connect Discovery 1.0, section 4.3): a slash more is another issuer. */
import { z } from 'zod';
import type { IssuerMismatch } from './oidc.types.ts';

/** What the OpenID client throws when the provider's own word is not the expected one. */
const mismatchForm = z.object({
  code: z.literal('OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED'),
  cause: z.object({ attribute: z.literal('issuer'), body: z.object({ issuer: z.url().max(500) }) }),
});

/** `null`: something else went wrong. */
export function issuerMismatchIn(cause: unknown, listed: string): IssuerMismatch | null {
  const told = mismatchForm.safeParse(cause).data?.cause.body.issuer;
  return told === undefined ? null : { listed, told };
}

/** For telling apart what people see: a bare origin is written with a slash and without. */
export function plainIssuer(issuer: string): string {
  return issuer.replace(/\/$/, '');
}

export function mismatchWords(provider: string, { listed, told }: IssuerMismatch): string {
  const slash = plainIssuer(listed) === plainIssuer(told) ? ' The slash at the end counts.' : '';
  return `The list of providers spells the issuer of ${provider} “${listed}”; the provider spells it “${told}”.${slash}`;
}
