/** Caddy with `forward_auth`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns the command line */
export function caddyCommand(
  ports: { own: number; container: number; auth: number },
  folder: string,
): string[] {
  const file = join(folder, 'Caddyfile');
  writeFileSync(
    file,
    `{
  admin off
  auto_https off
}
http://127.0.0.1:${ports.own} {
  bind 127.0.0.1
  handle_path /p/* {
    forward_auth 127.0.0.1:${ports.auth} {
      uri /
      copy_headers X-User-Id
      transport http {
        keepalive_idle_conns_per_host 256
      }
    }
    reverse_proxy 127.0.0.1:${ports.container} {
      transport http {
        keepalive_idle_conns_per_host 256
      }
    }
  }
}
`,
  );
  return ['caddy', 'run', '--adapter', 'caddyfile', '--config', file];
}
