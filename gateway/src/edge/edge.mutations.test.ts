/**
 * E10: bent requests and bent answers from a seed, raw over sockets. `npm run fuzz:edge` sends millions of
 * them.
 */
import { expect, test } from 'vitest';
import { fuzz } from './testing/fuzz/fuzz.ts';

const cases = 50_000;
const seed = 20_240_607;

test(
  `of ${cases} bent requests (seed ${seed}) none crashes the gateway, none is smuggled or spoofed, none reaches the container in a form that could be read in two ways`,
  {
    timeout: 300_000,
  },
  async () => {
    const { arrived, crashes, offences, poisoned, leftOpen, isWellAfterwards } = await fuzz({
      seed,
      from: 0,
      cases,
    });
    expect({ crashes, offences, poisoned, leftOpen, isWellAfterwards }).toEqual({
      crashes: [],
      offences: [],
      poisoned: [],
      leftOpen: 0,
      isWellAfterwards: true,
    });
    // A gateway that refuses everything would pass what stands above.
    expect(arrived).toBeGreaterThan(cases / 10);
  },
);
