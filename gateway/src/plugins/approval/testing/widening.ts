import { manifestSchema, type Manifest, type ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { manifestOf } from '@berth/testing/fake-container.ts';

export const of = (more: Partial<ManifestInput> & Record<string, unknown>): Manifest =>
  manifestSchema.parse(manifestOf('hello', more));
export const user = { any_user: true };
