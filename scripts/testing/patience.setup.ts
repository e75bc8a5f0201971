/**
 * `vi.waitFor` and `vi.waitUntil` give up after a second; what holds at last is waited for, and how long that
 * takes is the machine's affair.
 */
import { vi } from 'vitest';

const timeout = 60_000;
const { waitFor, waitUntil } = vi;
vi.waitFor = (holds, options = {}) =>
  waitFor(holds, typeof options === 'number' ? options : { timeout, ...options });
vi.waitUntil = (holds, options = {}) =>
  waitUntil(holds, typeof options === 'number' ? options : { timeout, ...options });
