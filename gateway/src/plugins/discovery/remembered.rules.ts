/** A plugin before the first check of this process: as it was kept. */
import { type Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import { readManifest } from '@berth/plugin-kit/contract/read-manifest.ts';
import { compilePlugin } from '../registry/compile.rules.ts';
import type { PluginRecord, Service } from '../registry/service.types.ts';
import type { Plugin } from '../registry/snapshot.ts';
import { untouchedStages } from './stages.rules.ts';

export function rememberedPlugin(
  { id, origin, ca }: Service,
  { isEnabled, admitted, groupPins }: PluginRecord,
  at: number,
): Plugin {
  const reading = admitted ? readManifest(admitted.manifest) : null;
  const isUsable = admitted && reading?.ok && reading.manifest.id === id;
  return {
    id,
    origin,
    ...(ca ? { ca } : {}),
    ...restingState(isEnabled),
    stateSince: at,
    admitted: isUsable
      ? {
          manifest: reading.manifest,
          etag: holdsFormerDefault(reading.manifest) ? null : admitted.etag,
          compiled: compilePlugin(reading.manifest, { groupIdByName: groupPins }),
          unknownFields: reading.unknownFields,
          admittedAt: admitted.admittedAt,
          ...(admitted.icon ? { icon: admitted.icon } : {}),
        }
      : null,
    refusal: null,
    stages: untouchedStages(),
    nextPollAt: null,
  };
}

export function restingState(isEnabled: boolean): Pick<Plugin, 'state' | 'detail'> {
  return isEnabled
    ? { state: 'pending', detail: 'Not asked yet' }
    : { state: 'disabled', detail: 'Switched off by an admin' };
}

/**
 * A minute was the default for streams too, and manifests are kept with their defaults written out. Whether
 * the author or the default said so is known only when the manifest is fetched anew, so it is: without its
 * ETag.
 */
function holdsFormerDefault({ routes }: Manifest): boolean {
  return routes.some(({ stream, limits }) => stream !== 'none' && limits.idle_timeout_ms === 60_000);
}
