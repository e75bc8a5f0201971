/** One measurement of one contender, and rounds of them by turns. */
import type { Rig, Scenario } from './bench.types.ts';
import type { Load } from './loading.ts';
import { rowOf, type Contender, type Reading } from './readings.ts';
import { cpuMicrosecondsOf, forgetPeak, peakMebibytesOf, rssMebibytesOf } from '@berth/testing/running.ts';

export function measureWith(load: Load): Rig['measure'] {
  return async ({ name, pids, port, root, headers, status = 200, hasCore = true }, scenario) => {
    const rssBefore = rssMebibytesOf(...pids);
    forgetPeak(...pids);
    const before = cpuMicrosecondsOf(...pids);
    const { answered, bad, elapsedSeconds, p50, p99 } = await load({
      ...scenario,
      port,
      path: root + scenario.path,
      headers,
      status,
    });
    const used = cpuMicrosecondsOf(...pids) - before;
    if (bad > 0)
      process.stderr.write(`${name}: ${bad} of ${answered} requests were not answered as they should be\n`);
    return {
      name,
      answered,
      bad,
      requestsPerSecond: answered / elapsedSeconds,
      busy: used / 1e6 / elapsedSeconds,
      isFilled: hasCore && scenario.rate === undefined,
      cpuMicroseconds: used / answered,
      p50Ms: p50,
      p99Ms: p99,
      rssBefore,
      rssPeak: peakMebibytesOf(...pids),
      rssAfter: rssMebibytesOf(...pids),
    };
  };
}

export function alternateWith(measure: Rig['measure'], usualRounds: number): Rig['alternate'] {
  return async (contenders: readonly Contender[], scenario: Scenario, rounds = usualRounds) => {
    const readings: Reading[] = [];
    for (let round = 0; round < rounds; round++)
      for (const contender of round % 2 === 0 ? contenders : contenders.toReversed())
        readings.push(await measure(contender, scenario));
    return { rows: contenders.map(({ name }) => rowOf(name, readings)), readings };
  };
}
