/**
 * What changes nothing, as far as it says itself (RFC 9110 §9.2.1). Scopes of keys, the operator's modules
 * and the protection against forged requests judge by it alike.
 */
import type { RouteSpec } from '@berth/plugin-kit/contract/manifest.ts';

export function isSafeMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** What is said over a WebSocket may change anything. */
export function isReading(method: string, stream: RouteSpec['stream']): boolean {
  return isSafeMethod(method) && stream !== 'websocket';
}
