/** What hooks cost: the gateway with the six of the example beside the gateway without any. */
import { join } from 'node:path';
import { root } from '../start/paths.ts';
import type { Part, Rig, Scenario } from './bench.types.ts';
import { edgeNames } from './edge.ts';
import { ratio, type Contender } from './readings.ts';

const names = { account: 'six hooks, bearer', foreign: 'six hooks, a token of their provider' };

export async function measureHooks(rig: Rig): Promise<Part> {
  const { bearer, seconds, connections } = rig;
  const scenario: Scenario = { path: '/files/1', connections, seconds };
  const hooked = await rig.startAnother(names.account, {
    env: { BERTH_PLUGINS: 'simple_plugin', BERTH_PLUGIN_DIR: join(root, 'examples/hooks') },
  });
  const contenders: Contender[] = [
    bearer,
    hooked.bearer,
    { ...hooked.bearer, name: names.foreign, headers: ['authorization: Bearer demo-admin-token'] },
  ];
  try {
    for (const contender of contenders) await rig.measure(contender, { ...scenario, seconds: 1 });
    const { rows, readings } = await rig.alternate(contenders, scenario);
    return {
      title: `GET 1 KB with hooks, ${connections} connections`,
      rows,
      readings,
      figures: [
        {
          figure: 'with the six hooks of the example ÷ without',
          reached: ratio(rows, names.account, edgeNames.bearer),
          wanted: 0.9,
          is: 'at least',
        },
      ],
      notes: [
        'of the six a reading request meets three: a permission checker, a supplier resolver, a usage sink',
      ],
    };
  } finally {
    await hooked.stop();
  }
}
