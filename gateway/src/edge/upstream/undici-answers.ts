/** What undici read of an answer, in the words of the edge. */
import type { Dispatcher } from 'undici';
import { hasToken, textOf, valuesOf } from '#edge/http/header-lines.ts';
import { ContainerFailure, failureOf, type FailureKind } from '#platform/upstream/failure.ts';
import { keepAliveMsIn, restMsOf } from './keep-alive.rules.ts';

/**
 * Undici's own words for answers that its reader refuses; its codes do not tell them from a lost connection.
 */
export function invalidAnswer(error: Error): ContainerFailure | null {
  const isRefused = error.name === 'HTTPParserError' || /^bad (?:response|upgrade)$/.test(error.message);
  return isRefused
    ? new ContainerFailure('invalid', `the container's answer cannot be read: ${error.message}`, error)
    : null;
}

/** Kinds that a standing connection does not turn into a lost one. */
const keptKinds: ReadonlySet<FailureKind> = new Set(['invalid', 'unsendable', 'tls']);

/**
 * What an error on a standing connection means: the system and undici say the same words at several moments.
 */
export function exchangeFailure(error: Error): Error {
  if (error instanceof ContainerFailure) return error;
  const failure = invalidAnswer(error) ?? failureOf(error);
  if (!failure) return error;
  return keptKinds.has(failure.kind) ? failure : new ContainerFailure('lost', failure.message, error);
}

/** @throws ContainerFailure where a line holds a byte that could end it */
export function linesOf(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  const lines = Array.isArray(raw)
    ? raw.map((item) => (typeof item === 'string' ? item : item.toString('latin1')))
    : [];
  try {
    textOf(lines);
  } catch (error) {
    throw new ContainerFailure('invalid', 'the answer holds a byte that no header may hold', error);
  }
  return lines;
}

/** @returns how long the connection may rest; `null`: it ends with this answer */
export function restMsIn(lines: readonly string[], standardMs: number): number | null {
  if (valuesOf(lines, 'connection').some((value) => hasToken(value, 'close'))) return null;
  const said = valuesOf(lines, 'keep-alive').map(keepAliveMsIn);
  return restMsOf(said.find((each) => each !== null) ?? null, standardMs);
}
