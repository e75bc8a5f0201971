/** Calls of the kind `smtp`: one message at a time, from the address of the connection. */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import type { ConnectionOptions } from '@berth/plugin-kit/contract/wire/connections.ts';
import { z } from 'zod';
import { egressFailureOf, type Egress } from './egress.client.ts';
import { failureProblem, type FailureOutcome } from './failure.rules.ts';

export const messageForm = z.strictObject({
  to: z.array(z.email().max(254)).min(1).max(20),
  subject: z
    .string()
    .max(300)
    .regex(/^[^\p{Cc}]*$/u, 'one line of text'),
  text: z.string().max(200_000),
  html: z.string().max(500_000).optional(),
});
export type Message = z.output<typeof messageForm>;

export type MailCall = { name: string; options: ConnectionOptions; secret: string | null; message: Message };

/** @throws Problem 502, 504 in place of an answer */
export async function callMail(
  egress: Egress,
  { name, options, secret, message }: MailCall,
  onOutcome: (outcome: 'ok' | FailureOutcome) => void,
): Promise<Response> {
  try {
    const transport = await transportTo(egress, options, secret);
    try {
      await transport.sendMail({ from: options.from, ...message });
    } finally {
      transport.close();
    }
    onOutcome('ok');
    return new Response(null, { status: 202 });
  } catch (error) {
    const kind = mailFailureKind(error);
    onOutcome(kind);
    throw failureProblem(name, kind, error);
  }
}

/** @throws EgressFailure, or an error of the server @returns once the server has taken the sign-in */
export async function checkMail(
  egress: Egress,
  options: ConnectionOptions,
  secret: string | null,
): Promise<void> {
  const transport = await transportTo(egress, options, secret);
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}

async function transportTo(egress: Egress, options: ConnectionOptions, secret: string | null) {
  const { protocol, hostname, port } = new URL(options.url);
  const timeoutMs = options.limits.timeout_seconds * 1000;
  // The address that was judged is the one that is spoken to; the name is what the certificate must prove.
  const [address = hostname] = await egress.resolve(hostname, options.is_local);
  const isSecure = protocol === 'smtps:';
  // Loaded with the first call: a gateway without mail does without its memory.
  const { createTransport } = await import('nodemailer');
  return createTransport({
    host: address,
    port: Number(port) || (isSecure ? 465 : 587),
    secure: isSecure,
    // A password goes out under TLS or not at all.
    requireTLS: !isSecure && secret !== null && !options.is_local,
    tls: { servername: hostname },
    ...(options.user !== undefined && secret !== null ? { auth: { user: options.user, pass: secret } } : {}),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

export function mailFailureKind(error: unknown): FailureOutcome {
  const code = errorCode(error);
  if (code === 'EAUTH') return 'unauthorized';
  if (code === 'ETLS') return 'tls';
  if (code === 'ETIMEDOUT') return 'timeout';
  if (code === 'EENVELOPE' || code === 'EMESSAGE') return 'provider-error';
  return egressFailureOf(error)?.kind ?? 'lost';
}
