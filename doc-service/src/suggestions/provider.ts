/** The model behind a connection of the gateway's. */
import type { Container } from '@berth/plugin-kit/container';
import type { Provider } from './asker.ts';

/** @param name of the connection, as the manifest asks for it */
export function providerOf(connections: () => Container['connections'], name: string): Provider {
  return {
    async connected() {
      const all = await connections().list(AbortSignal.timeout(5000));
      const found = all.find((one) => one.name === name);
      return {
        isBound: found?.is_bound ?? false,
        isLocal: found?.is_local ?? false,
        model: found?.model ?? null,
      };
    },
    call: (path, init) => connections().fetch(name, path, init),
  };
}
