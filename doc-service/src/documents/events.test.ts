/** Live events: what happens in the archive is told as it happens, to each person what they may see. */
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pdf } from '@berth/testing/pdf.ts';
import { alice, bob, startService, until, type TestService } from '../testing/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

type Heard = { name: string; data: { ids?: string[]; is_all?: boolean; counts?: Record<string, number> } };

/** Opens the stream of events; `heard` grows with what comes. */
async function listenAs(as: string) {
  const stop = new AbortController();
  const answer = await service.ask('/documents/events', { as, signal: stop.signal });
  const heard: Heard[] = [];
  const isOver = (async () => {
    let rest = '';
    const decoder = new TextDecoder();
    if (!answer.body) return 'empty';
    for await (const bytes of answer.body) {
      const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, name = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
        if (name !== '') heard.push({ name, data: JSON.parse(data) });
      }
    }
    return 'ended';
  })().catch(() => 'broken');
  return { answer, heard, isOver, stop: () => stop.abort() };
}

const idsIn = (heard: readonly Heard[]) => heard.flatMap(({ data }) => data.ids ?? []);
const soon = (isRight: () => boolean) => until(() => Promise.resolve(isRight()), Boolean);

describe('I8 live events', () => {
  test('I8: a file that is dropped is told station by station, without a question', async () => {
    const stream = await listenAs(alice);
    expect(stream.answer.headers.get('content-type')).toContain('text/event-stream');
    await service.drop('told.pdf', await pdf('A wombat, live.'));
    await soon(() => stream.heard.some(({ data }) => data.counts?.['searchable'] === 1));
    const { items } = await service.json('/documents?q=wombat');
    expect(idsIn(stream.heard)).toContain(items[0]?.id);
    expect(stream.heard.findLast(({ name }) => name === 'status')?.data).toMatchObject({
      counts: { searchable: 1, stuck: 0 },
      rates: { kept: 1, read: 1, searchable: 1 },
    });
    stream.stop();
  });

  test('I5: what one person uploads is told to them alone', async () => {
    const [hers, his] = [await listenAs(alice), await listenAs(bob)];
    const form = new FormData();
    form.append('file', new File([new Uint8Array(await pdf('A quokka, privately.'))], 'own.pdf'));
    const { id } = await service.json('/documents/upload', { method: 'POST', body: form, as: bob });
    await soon(() => his.heard.some(({ data }) => data.counts?.['searchable'] === 2));
    await service.drop('after.pdf', await pdf('For everybody.'));
    await soon(() => hers.heard.some(({ data }) => data.counts?.['searchable'] === 2));
    expect(idsIn(his.heard)).toContain(id);
    expect(idsIn(hers.heard)).not.toContain(id);
    expect(JSON.stringify(hers.heard)).not.toContain('own.pdf');
    hers.stop();
    his.stop();
  });

  test('I8: after the database was away, everything is asked for anew and changes are told again', async () => {
    const stream = await listenAs(alice);
    const client = new Client({ connectionString: service.databaseUrl });
    await client.connect();
    const cut =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'doc-service-events'";
    await until(
      () => client.query(cut),
      ({ rowCount }) => rowCount === 1,
    );
    await client.end();
    await soon(() => stream.heard.some(({ data }) => data.is_all === true));
    await service.drop('again.pdf', await pdf('Once more.'));
    await soon(() => idsIn(stream.heard).length > 0);
    expect(idsIn(stream.heard)).not.toEqual([]);
    stream.stop();
  });

  test('I8: open streams do not hold up a stop of the service', async () => {
    const stream = await listenAs(alice);
    await soon(() => stream.heard.length > 0);
    await service.restart();
    // What is not ended by then is cut ten seconds later.
    expect(await stream.isOver).toBe('ended');
  });
});
