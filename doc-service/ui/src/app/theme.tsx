import type { Theme } from '@berth/plugin-kit/frame';
import { createTheme, MantineProvider, type MantineColorSchemeManager } from '@mantine/core';
import type { ReactNode } from 'react';

const theme = createTheme({
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  respectReducedMotion: true,
  cursorType: 'pointer',
});

/** The shell decides; there is no storage in this frame to remember anything in. */
const nothingRemembered: MantineColorSchemeManager = { get: (chosen) => chosen, set: () => undefined, subscribe: () => undefined, unsubscribe: () => undefined, clear: () => undefined };

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
