/** `berth start` is `npm start`. */
import { fileURLToPath } from 'node:url';
import type { Command } from '@berth/plugin-kit/base/command.ts';

export const start: Command = {
  name: 'start',
  usage: '[--demo] [--verbose]',
  summary: 'the whole product, as `npm start`',
  run: async (args) => {
    // The start reads its own words.
    process.argv.splice(
      1,
      Infinity,
      fileURLToPath(new URL('../../scripts/start.ts', import.meta.url)),
      ...args,
    );
    await import('../../scripts/start.ts');
  },
};
