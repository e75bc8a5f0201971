/** For tests: an authority of the test's own and certificates that it signs, made by openssl. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Identity = { key: string; cert: string };

export type Authority = {
  /** Its own certificate, good for `localhost` too. */
  ca: string;
  key: string;
  /** @param names as in a certificate: `DNS:localhost,IP:127.0.0.1` @param days from now; negative: expired */
  identity: (names: string, days?: number) => Identity;
};

/** Throws where openssl is missing: a test that cannot make certificates has shown nothing. */
export function makeAuthority(name: string): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'berth-ca-'));
  const at = (file: string): string => join(folder, file);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-addext',
      'subjectAltName=DNS:localhost',
      '-keyout',
      at('ca.key'),
      '-out',
      at('ca.crt'),
    );
    const ca = readFileSync(at('ca.crt'), 'utf8');
    const caKey = readFileSync(at('ca.key'), 'utf8');
    return { ca, key: caKey, identity: (names, days = 2) => signed({ ca, caKey }, newKey, names, days) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function signed(
  { ca, caKey }: { ca: string; caKey: string },
  newKey: string[],
  names: string,
  days: number,
): Identity {
  const folder = mkdtempSync(join(tmpdir(), 'berth-cert-'));
  const at = (file: string): string => join(folder, file);
  try {
    writeFileSync(at('ca.crt'), ca);
    writeFileSync(at('ca.key'), caKey);
    writeFileSync(at('names'), `subjectAltName=${names}\n`);
    openssl('req', ...newKey, '-subj', '/CN=container', '-keyout', at('key'), '-out', at('csr'));
    const signing = [
      '-req',
      '-in',
      at('csr'),
      '-CA',
      at('ca.crt'),
      '-CAkey',
      at('ca.key'),
      '-CAcreateserial',
    ];
    openssl('x509', ...signing, '-days', String(days), '-extfile', at('names'), '-out', at('crt'));
    return { key: readFileSync(at('key'), 'utf8'), cert: readFileSync(at('crt'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function openssl(...args: string[]): void {
  const { status, error, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args[0] ?? ''}: ${error?.message ?? stderr}`);
}
