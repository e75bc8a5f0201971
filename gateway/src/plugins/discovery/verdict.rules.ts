/** What a check says of a plugin: the next picture of it, from the present one and what was found. */
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { PluginState } from '@berth/plugin-kit/contract/wire/plugins.ts';
import type { Difference } from '#plugins/registry/approving.types.ts';
import type { Plugin } from '../registry/snapshot.ts';
import type { Admission, Probe, StageFailure, StageName } from './discovery.types.ts';
import { stagesAfter, stagesBefore } from './stages.rules.ts';

export type Findings = {
  probe: Probe;
  /** `null`: no new manifest came. */
  admission: Admission | null;
  /** What now serves: the new manifest, or the one that served before. */
  admitted: Plugin['admitted'];
  /** What the newest manifest asks for, and the wish of it that a superuser refused. */
  waiting: Plugin['waiting'] | undefined;
  refused: readonly Difference[];
  /** It comes and goes, in words: shown as degraded until it is steady again. */
  unsteady: string | null;
};

export function pluginAfter(before: Plugin, findings: Findings, at: number): Plugin {
  const { reached, failures, state, detail, refusal } = conclusionOf(before, findings);
  const { waiting: _, ...rest } = before;
  return {
    ...rest,
    ...(findings.waiting ? { waiting: findings.waiting } : {}),
    state,
    stateSince: state === before.state ? before.stateSince : at,
    detail,
    admitted: findings.admitted,
    refusal:
      refusal === undefined
        ? before.refusal
        : refusal && {
            at: isSame(refusal, before.refusal?.reasons) ? (before.refusal?.at ?? at) : at,
            reasons: refusal,
          },
    stages: stagesAfter(before.stages, reached, failures, at),
  };
}

type Reasons = { pointer: string; detail: string }[];
type Conclusion = {
  reached: StageName[];
  failures: StageFailure[];
  state: PluginState;
  detail: string | null;
  /** `undefined`: as before. */
  refusal?: Reasons | null;
};

function conclusionOf(
  before: Plugin,
  { probe, admission, admitted, waiting, refused, unsteady }: Findings,
): Conclusion {
  if (!probe.isUp) {
    const { failure } = probe;
    return {
      reached: stagesBefore(failure.stage),
      failures: [failure],
      state: 'offline',
      detail: sentence(failure.message),
    };
  }
  const said = probe.detail && plain(probe.detail);
  const serving: Pick<Conclusion, 'state' | 'detail'> =
    unsteady === null
      ? { state: probe.status === 'ok' ? 'online' : 'degraded', detail: said }
      : { state: 'degraded', detail: said ? [unsteady, said].join('. ') : unsteady };
  const turnedDown = (stage: StageName, reasons: Reasons, hint: string): Conclusion => {
    const message = reasons
      .map(({ pointer, detail }) => (pointer === '' ? detail : `${pointer}: ${detail}`))
      .join('; ')
      .slice(0, 500);
    const outcome = admitted ? serving : { state: 'rejected' as const, detail: sentence(message) };
    return {
      reached: stagesBefore(stage),
      failures: [{ stage, message, hint }],
      ...outcome,
      refusal: reasons,
    };
  };

  if (probe.manifest.kind === 'failed') {
    const { message, hint } = probe.manifest.failure;
    return turnedDown('manifest', [{ pointer: '', detail: message }], hint ?? '');
  }
  if (admission && !admission.ok) {
    if (admission.reason === 'invalid') {
      const serves = admitted ? ['The last good manifest goes on serving.'] : [];
      const isOther = admission.errors.some(
        ({ pointer, detail }) => pointer === '/id' && detail.startsWith('says '),
      );
      const todo = isOther
        ? 'Register it under the id that it says, or give the address of the right container.'
        : 'Mend the reasons listed; the next check reads it again.';
      return turnedDown(admission.stage, admission.errors, [...serves, todo].join(' '));
    }
    if (admission.reason === 'incompatible') {
      const { detail } = admission;
      const hint = 'Use a version of the container that speaks this contract, or a newer gateway.';
      const failures: StageFailure[] = [{ stage: 'compatible', message: detail, hint }];
      return {
        reached: [...stagesBefore('manifest'), 'manifest'],
        failures,
        state: 'incompatible',
        detail: sentence(detail),
        refusal: [{ pointer: '/manifest_version', detail }],
      };
    }
    return {
      reached: stagesBefore('schema'),
      failures: [],
      ...(admitted
        ? serving
        : { state: before.state === 'offline' ? 'pending' : before.state, detail: before.detail }),
    };
  }
  const walked: StageName[] = stagesBefore('approved');
  const unapproved = (message: string, hint: string): Pick<Conclusion, 'reached' | 'failures'> => ({
    reached: walked,
    failures: [{ stage: 'approved', message, hint }],
  });
  if (waiting) {
    const hint =
      'A superuser approves or refuses it at Admin, Extensions. What was approved before serves on.';
    const first: Pick<Conclusion, 'state' | 'detail'> = {
      state: 'awaiting_approval',
      detail: 'A superuser has not approved it yet',
    };
    return {
      ...unapproved(`waits for approval: ${told(waiting.differences)}`, hint),
      ...(admitted ? serving : first),
      refusal: null,
    };
  }
  if (refused.length > 0) {
    const hint =
      'What was approved before serves on. The container may ask for less, or a superuser approves it after all.';
    const never: Pick<Conclusion, 'state' | 'detail'> = {
      state: 'rejected',
      detail: 'A superuser refused it',
    };
    const reasons = refused.map(({ pointer, what }) => ({
      pointer,
      detail: say`refused by a superuser: ${what}`,
    }));
    return {
      ...unapproved(`refused by a superuser: ${told(refused)}`, hint),
      ...(admitted ? serving : never),
      refusal: reasons,
    };
  }
  return { reached: [...walked, 'approved'], failures: [], ...serving, refusal: null };
}

function told(differences: readonly Difference[]): string {
  return differences
    .map(({ what }) => what)
    .join('; ')
    .slice(0, 500);
}

function isSame(
  reasons: Reasons,
  others: readonly { pointer: string; detail: string }[] | undefined,
): boolean {
  return JSON.stringify(reasons) === JSON.stringify(others);
}

/** A container's words, as text on one line: no control or direction characters. */
function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
