/** The connection report: how far the way from an address to a served plugin was walked. */
import { stageNames, type Stage } from '../registry/snapshot.ts';
import type { StageFailure, StageName } from './discovery.types.ts';

export function untouchedStages(): Stage[] {
  return stageNames.map((name) => ({ name, outcome: 'unknown' }));
}

/**
 * What the stages say after a check.
 * @param reached the stages that went well, the failure, or both. Stages after a failure become `unknown` and keep their times
 */
export function stagesAfter(
  before: readonly Stage[],
  reached: readonly StageName[],
  failures: readonly StageFailure[],
  at: number,
): Stage[] {
  return stageNames.map((name) => {
    const old = before.find((stage) => stage.name === name);
    const failure = failures.find(({ stage }) => stage === name);
    const times = {
      ...(old?.lastSuccessAt === undefined ? {} : { lastSuccessAt: old.lastSuccessAt }),
      ...(old?.lastError ? { lastError: old.lastError } : {}),
    };
    if (failure) {
      const { stage: _, ...told } = failure;
      return { name, outcome: 'failed', ...times, lastError: { at, ...told } };
    }
    return reached.includes(name)
      ? { name, outcome: 'ok', ...times, lastSuccessAt: at }
      : { name, outcome: 'unknown', ...times };
  });
}

/** Stages before this one. */
export function stagesBefore(stage: StageName): StageName[] {
  return stageNames.slice(0, stageNames.indexOf(stage));
}
