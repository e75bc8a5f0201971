/** nginx without anybody who asks who is there, and with `auth_request` in the two ways in which it is built. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `open`: no auth at all. `cached`: nginx keeps the authoriser's answer for 30 s. `asking`: the authoriser is asked each time. */
export type NginxKind = 'open' | 'cached' | 'asking';

/** @returns the command line */
export function nginxCommand(
  kind: NginxKind,
  ports: { own: number; container: number; auth: number },
  parent: string,
): string[] {
  const folder = join(parent, `nginx-${kind}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((part) => `${part}_temp_path ${folder}/${part};`)
    .join(' ');
  const identity =
    kind === 'open'
      ? 'proxy_set_header X-User-Id fixed;'
      : 'auth_request /auth; auth_request_set $user_id $upstream_http_x_user_id; proxy_set_header X-User-Id $user_id;';
  const kept =
    kind === 'cached'
      ? 'proxy_cache auth; proxy_cache_key $http_authorization; proxy_cache_valid 200 30s;'
      : '';
  const auth =
    kind === 'open'
      ? ''
      : `location = /auth { internal; proxy_set_header Connection ""; proxy_pass_request_body off; proxy_set_header Content-Length ""; ${kept} proxy_pass http://auth/; }`;
  // Started by root, its worker would be somebody who may not enter our folder.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  writeFileSync(
    file,
    `${user} daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx.err error;
events { worker_connections 16384; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 300s; client_max_body_size 0; ${temporary}
  ${kind === 'cached' ? `proxy_cache_path ${folder}/cache keys_zone=auth:4m;` : ''}
  upstream container { server 127.0.0.1:${ports.container}; keepalive 128; keepalive_requests 1000000000; }
  ${kind === 'open' ? '' : `upstream auth { server 127.0.0.1:${ports.auth}; keepalive 64; }`}
  server {
    listen 127.0.0.1:${ports.own};
    proxy_http_version 1.1;
    location /p/ { proxy_set_header Connection ""; ${identity} proxy_request_buffering off; proxy_max_temp_file_size 0; proxy_pass http://container/; }
    location = /p/socket { proxy_set_header Connection upgrade; proxy_set_header Upgrade $http_upgrade; ${identity} proxy_pass http://container/socket; }
    ${auth}
  }
}
`,
  );
  return ['nginx', '-c', file];
}
