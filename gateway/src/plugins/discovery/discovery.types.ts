/** What checks find, and what is made of it. */
import type { Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import type { FailureKind } from '#platform/upstream/failure.ts';
import type { Stage } from '../registry/snapshot.ts';

export type StageName = Stage['name'];
/** `kind`: where the container could not be asked. */
export type StageFailure = { stage: StageName; kind?: FailureKind; message: string; hint?: string };

export type Probe =
  | { isUp: false; failure: StageFailure }
  | { isUp: true; status: 'ok' | 'degraded'; detail: string | null; manifest: ManifestAnswer };

export type ManifestAnswer =
  | { kind: 'unchanged' }
  | { kind: 'bytes'; bytes: Buffer; etag: string | null }
  | { kind: 'failed'; failure: StageFailure };

export type Admission =
  | { ok: true; manifest: Manifest; unknownFields: string[] }
  | { ok: false; reason: 'invalid'; stage: 'manifest' | 'schema'; errors: FieldError[] }
  | { ok: false; reason: 'incompatible'; detail: string }
  /** No fault of the container: ask again at the next poll. */
  | { ok: false; reason: 'busy' };
