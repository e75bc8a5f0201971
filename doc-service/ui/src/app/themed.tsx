import type { Theme } from '@berth/plugin-kit/frame';
import { MantineProvider, type MantineColorSchemeManager } from '@mantine/core';
import type { ReactNode } from 'react';

import { theme } from './theme.ts';

/** The shell decides; there is no storage in this frame to remember anything in. */
const nothingRemembered: MantineColorSchemeManager = {
  get: (chosen) => chosen,
  set: () => undefined,
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => undefined,
};

/** Mantine's variables are in a file (vite.config.ts): a <style> element of its own making is refused by the frame's CSP. */
export function Themed({ scheme, children }: { scheme?: Theme; children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      colorSchemeManager={nothingRemembered}
      defaultColorScheme={scheme ?? 'auto'}
      {...(scheme === undefined ? {} : { forceColorScheme: scheme })}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      {children}
    </MantineProvider>
  );
}
