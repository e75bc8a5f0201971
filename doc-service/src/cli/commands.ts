/** What doc-service offers on the command line; `cli/` knows nothing behind this folder. */
import type { Command } from '@berth/plugin-kit/base/command.ts';

export const commands: readonly Command[] = [];
