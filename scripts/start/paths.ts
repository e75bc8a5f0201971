/** Where things lie in the checkout. */
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const nodeBinary = process.execPath;
