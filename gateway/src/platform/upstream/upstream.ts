/** Where a container is asked, and by whose word it is believed. */
import { createHash, X509Certificate } from 'node:crypto';

/** A service and a plugin are each one of these: their requests go where their configuration says. */
export type Upstream = {
  /** `http://host:port` or `https://host:port`, from configuration alone. */
  readonly origin: string;
  /** Alone trusted for this https origin; absent: who this machine trusts (NODE_EXTRA_CA_CERTS adds more). */
  readonly ca?: TrustedCa | undefined;
};

/** One or more certificates of an authority. */
export type TrustedCa = { readonly pem: string; readonly digest: string };

/** Upstreams of one key may share connections: the same origin, proved by the same authority. */
export function upstreamKey({ origin, ca }: Upstream): string {
  return ca === undefined ? origin : `${origin} ${ca.digest}`;
}

const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** @param text of a PEM file @returns `null` where it holds no certificate, or one that cannot be read */
export function readTrustedCa(text: string): TrustedCa | null {
  const found = text.match(certificate);
  if (!found) return null;
  if (!found.every(isCertificate)) return null;
  const pem = `${found.join('\n')}\n`;
  return { pem, digest: createHash('sha256').update(pem).digest('hex') };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
