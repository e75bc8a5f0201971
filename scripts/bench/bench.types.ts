/** What each part of the bench is given, and what it gives back. */
import type { Wish } from './loading.ts';
import type { Native } from './native.ts';
import type { Peer } from './peers.ts';
import type { Contender, Figure, Reading, Row } from './readings.ts';
import type { RealGateway, RealGatewayOptions } from '@berth/testing/gateway-process.ts';

/**
 * What of a wish is the scenario's; the rest is the contender's. `path` comes behind the contender's root.
 */
export type Scenario = Omit<Wish, 'port' | 'headers' | 'status'>;

export type Rig = {
  native: Native | null;
  measure: (contender: Contender, scenario: Scenario) => Promise<Reading>;
  /** By turns, and back again in every other round. */
  alternate: (
    contenders: readonly Contender[],
    scenario: Scenario,
    rounds?: number,
  ) => Promise<{ rows: Row[]; readings: Reading[] }>;
  gateway: RealGateway;
  /** One more gateway on the same core, over a database of its own. It must be stopped. */
  startAnother: (
    name: string,
    options: Pick<RealGatewayOptions, 'env' | 'checkout'>,
  ) => Promise<{ bearer: Contender; cookie: string; stop: () => Promise<void> }>;
  bearer: Contender;
  direct: Contender;
  nginx: Contender | null;
  peers: readonly Peer[];
  folder: string;
  seconds: number;
  rounds: number;
  connections: number;
};

export type Part = {
  title: string;
  rows: Row[];
  readings: Reading[];
  figures: Figure[];
  /** What is told and has no figure to reach. */
  notes: string[];
};
