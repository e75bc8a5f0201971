import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { json, manifestOf, startContainer, type Answer } from '@berth/testing/fake-container.ts';
import { person, startRig, type Rig } from '../testing/rig.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const time = z.iso.datetime();
const itemForm = z.object({
  state: z.string(),
  next_poll_at: time,
  notes: z.array(z.string()),
  stages: z.array(
    z.object({
      name: z.string(),
      outcome: z.string(),
      last_success_at: time.nullable(),
      last_error: z.object({ at: time, message: z.string(), hint: z.string().nullable() }).nullable(),
    }),
  ),
});

async function reportOf(rig: Rig): Promise<z.output<typeof itemForm>> {
  const answer = await rig.as(person({ isSuperuser: true }), '/api/admin/plugins/hello/refresh', {
    method: 'POST',
  });
  return itemForm.parse(await answer.json());
}

async function rigAt(url: string, more: Parameters<typeof startRig>[0] = {}): Promise<Rig> {
  const rig = await startRig({ servicesFromEnv: [{ id: 'hello', url }], pollSeconds: 30, ...more });
  ends.push(rig.end);
  await rig.room.start();
  return rig;
}

const raw =
  (text: string): Answer =>
  (_, res) =>
    void res.writeHead(200, { 'content-type': 'application/json' }).end(text);
const page: Answer = (_, res) =>
  void res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<h1>Another program</h1>');
const moved: Answer = (_, res) => void res.writeHead(301, { location: 'https://elsewhere.example/' }).end();

describe('C9 the connection report', () => {
  test.each<[string, string | Record<string, Answer>, string, RegExp]>([
    ['nobody listens', 'http://127.0.0.1:1', 'connect', /check that the container runs, its port/],
    ['a name that is not known', 'http://no-such-host.invalid:80', 'resolve', /check its spelling/],
    ['another program, with a page', { '/health': page }, 'health', /Another program seems to listen/],
    ['a redirect', { '/health': moved }, 'health', /Redirects are never followed/],
    ['no answer in time', { '/health': () => {} }, 'health', /overloaded, hangs/],
    [
      'no health at all',
      { '/health': json({}, 404), '/plugin/manifest': json({}, 404) },
      'health',
      /must answer 2xx/,
    ],
    ['an inner failure', { '/health': json({ error: 'x' }, 500) }, 'health', /2xx with/],
    ['health that is no JSON', { '/health': raw('fine') }, 'health', /must be JSON/],
    ['health of another kind', { '/health': json({ status: 'green' }) }, 'health', /as the contract says/],
    ['health that breaks off', { '/health': (req) => void req.socket.destroy() }, 'health', /speaks HTTP/],
    [
      'health without end',
      { '/health': (_, res) => void res.writeHead(200).write('x'.repeat(100_000)) },
      'health',
      /64 KiB for health/,
    ],
    ['https to a container that speaks http', 'https', 'connect', /speaks https there.*certificate/],
    ['a malformed manifest', { '/plugin/manifest': raw('{') }, 'manifest', /Mend the reasons/],
    [
      'a manifest that is none',
      { '/plugin/manifest': json({ manifest_version: '1.0' }) },
      'manifest',
      /Mend the reasons/,
    ],
    [
      'an oversized manifest',
      { '/plugin/manifest': raw(`"${'x'.repeat(300_000)}"`) },
      'manifest',
      /256 KiB for a manifest/,
    ],
    [
      'a manifest that redirects',
      { '/plugin/manifest': moved },
      'manifest',
      /serve it at \/plugin\/manifest itself/,
    ],
    ['a manifest that does not come', { '/plugin/manifest': () => {} }, 'manifest', /overloaded, hangs/],
    ['a manifest that fails', { '/plugin/manifest': json({}, 500) }, 'manifest', /must answer 200/],
    ['a manifest that nobody serves', { '/plugin/manifest': json({}, 404) }, 'manifest', /must answer 200/],
    [
      'a reserved mount',
      { '/plugin/manifest': json(manifestOf('hello', { mounts: ['/api/admin/x'] })) },
      'manifest',
      /Mend the reasons/,
    ],
    [
      'a form that does not compile',
      { '/plugin/manifest': json(manifestOf('hello', { settings_schema: { type: 'strange' } })) },
      'schema',
      /Mend the reasons/,
    ],
    ['a manifest that is a page', { '/plugin/manifest': page }, 'manifest', /application\/json/],
    [
      'the id of another',
      { '/plugin/manifest': json(manifestOf('other')) },
      'manifest',
      /Register it under the id that it says/,
    ],
    [
      'a version to come',
      { '/plugin/manifest': json({ ...manifestOf('hello'), manifest_version: '9.0' }) },
      'compatible',
      /newer gateway/,
    ],
  ])('%s: the stage, and what to do', async (_, where, stage, hint) => {
    let url = typeof where === 'string' ? where : '';
    if (where === 'https') {
      const container = await startContainer(manifestOf('hello'));
      ends.push(container.stop);
      url = container.url.replace('http:', 'https:');
    } else if (typeof where !== 'string') {
      const container = await startContainer(manifestOf('hello'));
      ends.push(container.stop);
      for (const [path, answer] of Object.entries(where)) container.answers.set(path, answer);
      ({ url } = container);
    }
    const report = await reportOf(await rigAt(url));
    const failed = report.stages.filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ name }) => name)).toEqual([stage]);
    expect(failed[0]?.last_error?.hint).toMatch(hint);
    const at = report.stages.findIndex(({ name }) => name === stage);
    // A version that is not served is found before anything of it is compiled.
    const walked = report.stages
      .slice(0, at)
      .filter(({ name }) => stage !== 'compatible' || name !== 'schema');
    expect(walked.every(({ outcome, last_success_at }) => outcome === 'ok' && last_success_at !== null)).toBe(
      true,
    );
    expect(report.stages.slice(at + 1).every(({ outcome }) => outcome === 'unknown')).toBe(true);
  });

  test('a well one has all of its stages with times, the next try, and a note where it could do better', async () => {
    const container = await startContainer(manifestOf('hello'));
    ends.push(container.stop);
    container.answers.set('/plugin/manifest', json(manifestOf('hello')));
    const rig = await rigAt(container.url, { notesOn: (id) => [`Answers of ${id} come unasked.`] });
    await rig.until('hello', (plugin) => plugin?.state === 'online');
    const report = await reportOf(rig);
    expect(report.stages.map(({ name }) => name)).toEqual([
      'resolve',
      'connect',
      'health',
      'manifest',
      'schema',
      'compatible',
      'approved',
    ]);
    expect(
      report.stages.every(
        ({ outcome, last_success_at, last_error }) =>
          outcome === 'ok' && last_success_at && last_error === null,
      ),
    ).toBe(true);
    expect(report.notes.join()).toContain('without a usable ETag');
    // P14: what the edge found out is told beside it.
    expect(report.notes).toContain('Answers of hello come unasked.');
    container.answers.set('/health', json({}, 500));
    const fallen = await reportOf(rig);
    const health = fallen.stages.find(({ name }) => name === 'health');
    expect([
      fallen.state,
      health?.outcome,
      health?.last_success_at !== null,
      health?.last_error !== null,
    ]).toEqual(['offline', 'failed', true, true]);
  });

  test('C3 an id that stands twice: the first place keeps it, and the report of the sources says so', async () => {
    const [one, two] = [
      await startContainer(manifestOf('hello', { name: 'One' })),
      await startContainer(manifestOf('hello', { name: 'Two' })),
    ];
    ends.push(one.stop, two.stop);
    const rig = await startRig({ servicesFromEnv: [{ id: 'hello', url: one.url }] });
    ends.push(rig.end);
    await rig.writeServices(`services:\n  hello: ${two.url}\n`);
    await rig.room.start();
    await rig.until('hello', (plugin) => plugin?.state === 'online');
    const answer: unknown = await (await rig.as(person({ isSuperuser: true }), '/api/admin/plugins')).json();
    expect(answer).toMatchObject({
      items: [{ id: 'hello', name: 'One' }],
      source_problems: [expect.stringContaining('hello')],
    });
    expect(two.requests).toEqual([]);
  });
});
