/** The gateway's keys for a test, made once for the whole run: one of 4096 bits takes a second or more. */
import { cp } from 'node:fs/promises';
import { inject } from 'vitest';

export async function copyKeys(folder: string): Promise<void> {
  await cp(inject('keysFolder'), folder, { recursive: true });
}
