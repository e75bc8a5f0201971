/** What the one bar on a phone needs of the frame around it. */
import { createContext, use } from 'react';

export type ShellBar = { openMenu: () => void; openSearch: () => void };

export const ShellBarContext = createContext<ShellBar>({
  openMenu: () => undefined,
  openSearch: () => undefined,
});

export function useShellBar(): ShellBar {
  return use(ShellBarContext);
}
