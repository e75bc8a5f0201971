/** `vi.waitFor` gives up after a second; what holds at last is waited for, and how long that takes is the machine's affair. */
import { vi } from 'vitest';

const waitFor = vi.waitFor.bind(vi);
vi.waitFor = (holds, options = {}) =>
  waitFor(holds, typeof options === 'number' ? options : { timeout: 20_000, ...options });
