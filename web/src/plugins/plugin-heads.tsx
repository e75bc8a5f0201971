/** What the pages of extensions hand over for the head above them: the frame tells it, the head draws it. */
import type { PageHead } from '@berth/plugin-kit/contract/frame.ts';
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';

export type ToldHead = {
  title?: string | null;
  tabs?: PageHead['tabs'] | undefined;
  action?: PageHead['action'] | undefined;
  press?: (actionId: string) => void;
};
type Heads = {
  of: (pluginId: string) => ToldHead;
  tell: (pluginId: string, part: Partial<ToldHead>) => void;
};

const nothing: ToldHead = {};
const HeadsContext = createContext<Heads>({ of: () => nothing, tell: () => undefined });

export function PluginHeads({ children }: { children: ReactNode }) {
  const [heads, setHeads] = useState<Readonly<Record<string, ToldHead>>>({});
  const tell = useCallback(
    (pluginId: string, part: Partial<ToldHead>) =>
      setHeads((before) => ({ ...before, [pluginId]: { ...before[pluginId], ...part } })),
    [],
  );
  const value = useMemo<Heads>(() => ({ of: (id) => heads[id] ?? nothing, tell }), [heads, tell]);
  return <HeadsContext value={value}>{children}</HeadsContext>;
}

export function usePluginHeads(): Heads {
  return use(HeadsContext);
}
