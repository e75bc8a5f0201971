/** A plugin's icon: a name of the set, or a picture that the gateway fetched, cleaned and serves itself. */
import type { Plugin } from '#api/types.ts';
import { iconNamed } from './icons.ts';

/** Long words beside it take their room from themselves. */
const whole = { flexShrink: 0 };

export function PluginIcon({ plugin, size }: { plugin: Pick<Plugin, 'icon' | 'icon_url'>; size: number }) {
  // Only our own addresses: a container cannot make the shell load anything from elsewhere.
  if (plugin.icon_url && /^\/(?![/\\])/.test(plugin.icon_url))
    return <img src={plugin.icon_url} alt="" width={size} height={size} style={whole} />;
  const Named = iconNamed(plugin.icon);
  return <Named size={size} aria-hidden style={whole} />;
}
