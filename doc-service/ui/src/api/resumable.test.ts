import { describe, expect, test } from 'vitest';

import { failureOf, noAnswer } from './failure.ts';
import { createResumable, type Transport } from './resumable.ts';

const file = new File(['0123456789'], 'a.pdf');
const upload = () => {
  const told: string[] = [];
  return {
    told,
    onProgress: (sent: number, total: number) => void told.push(`${sent}/${total}`),
    onWait: () => void told.push('wait'),
    signal: new AbortController().signal,
  };
};

/** A server of pieces of four bytes; each `fault` is thrown by one sending, after so many bytes of its piece arrived. */
function server(faults: ({ arrived: number; error: Error } | null)[]) {
  let held = '';
  let begins = 0;
  const transport: Transport = {
    begin: async () => {
      begins += 1;
      held = '';
      return { id: 'u1', offset: 0, chunkBytes: 4, documentId: null };
    },
    standing: async () => ({ offset: held.length, chunkBytes: 4, documentId: null }),
    send: async (_, piece, offset, { onProgress }) => {
      if (offset !== held.length) throw failureOf(409, null, null);
      const text = await piece.text();
      const fault = faults.shift() ?? null;
      held += fault === null ? text : text.slice(0, fault.arrived);
      if (fault !== null) throw fault.error;
      onProgress(text.length, text.length);
      return held.length === file.size ? 'd1' : null;
    },
    giveUp: async () => undefined,
  };
  return { transport, held: () => held, begins: () => begins };
}
const atOnce = () => Promise.resolve();

describe('H11 resumable', () => {
  test('H11: a lost connection goes on where it was, and sends nothing twice', async () => {
    const { transport, held, begins } = server([null, { arrived: 2, error: noAnswer() }]);
    const watched = upload();
    expect(await createResumable(transport, atOnce)(file, watched)).toEqual({ id: 'd1' });
    expect([held(), begins()]).toEqual(['0123456789', 1]);
    expect(watched.told).toEqual(['4/10', 'wait', '10/10']);
  });

  test('H11: a refusal of the file is told at once; trying again later goes on where it was', async () => {
    const full = { arrived: 0, error: failureOf(507, null, null) };
    const { transport, held, begins } = server([null, full]);
    const send = createResumable(transport, atOnce);
    await expect(send(file, upload())).rejects.toMatchObject({ status: 507 });
    expect(await send(file, upload())).toEqual({ id: 'd1' });
    expect([held(), begins()]).toEqual(['0123456789', 1]);
  });

  test('H11: without any answer a person is asked at last', async () => {
    const { transport } = server(Array.from({ length: 50 }, () => ({ arrived: 0, error: noAnswer() })));
    const watched = upload();
    await expect(createResumable(transport, atOnce)(file, watched)).rejects.toMatchObject({
      kind: 'offline',
    });
    expect(watched.told).toHaveLength(12);
  });
});
