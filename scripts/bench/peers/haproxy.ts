/** HAProxy, which checks the signature of every request's token itself. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns the command line */
export function haproxyCommand(
  ports: { own: number; container: number },
  folder: string,
  publicKeyFile: string,
): string[] {
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(
    file,
    `global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 300s
  timeout server 300s
  http-reuse always
frontend front
  bind 127.0.0.1:${ports.own}
  http-request set-var(txn.token) http_auth_bearer
  http-request deny unless { var(txn.token),jwt_verify("RS256","${publicKeyFile}") -m int 1 }
  http-request set-header x-user-id %[var(txn.token),jwt_payload_query('$.sub')]
  http-request set-path "%[path,regsub(^/p/,/)]"
  default_backend container
backend container
  server container 127.0.0.1:${ports.container} pool-max-conn 256
`,
  );
  return ['haproxy', '-db', '-f', file];
}
