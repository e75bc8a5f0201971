/** A picture that a container sent as its icon: known by its bytes, never by what it was called, and rebuilt from what is harmless in it. */
import { hash } from 'node:crypto';
import type { PluginIcon } from '../registry/snapshot.ts';
import { cleanedPng, isPng } from './png.rules.ts';
import { cleanedSvg } from './svg.rules.ts';

export const iconMaxBytes = 64 * 1024;

export type IconReading = { ok: true; icon: PluginIcon } | { ok: false; reason: string };

/** @returns the container's own path for a picture, `null` for a name of the shell's set */
export function iconPathIn(icon: string): string | null {
  return /\.(?:png|svg)$/.test(icon) && !/(?:^|\/)\.\.?(?:\/|$)/.test(icon) ? `/${icon}` : null;
}

/** @param path as the manifest names it: kept with the picture, so that a picture of another name never stands in for it */
export function readIcon(path: string, sent: Buffer): IconReading {
  if (sent.length > iconMaxBytes)
    return { ok: false, reason: `it is larger than ${iconMaxBytes / 1024} KiB` };
  const isPicture = isPng(sent);
  const cleaning = isPicture ? cleanedPng(sent) : cleanedSvg(sent);
  if (!cleaning.ok) return cleaning;
  const { bytes, leftOut } = cleaning;
  const contentType = isPicture ? 'image/png' : 'image/svg+xml';
  return {
    ok: true,
    icon: {
      path,
      contentType,
      bytes,
      digest: digestOf(bytes),
      note: leftOut.length === 0 ? null : `left out of it: ${leftOut.join(', ')}`,
    },
  };
}

export function digestOf(bytes: Buffer): string {
  return hash('sha256', bytes, 'base64url').slice(0, 22);
}
