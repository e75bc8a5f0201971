import { describe, expect, test } from 'vitest';
import { frameOf } from '#edge/testing/raw-sockets.ts';
import { FrameEnds } from './websocket-frames.ts';

const frames = [0, 5, 125, 126, 300, 65_535, 65_536, 1].map((length) => frameOf(Buffer.alloc(length, 0x82)));
const masked = Buffer.concat([Buffer.from([0x81, 0x80 | 3, 1, 2, 3, 4]), Buffer.alloc(3)]);
const ends = frames.map((_frame, index) =>
  frames.slice(0, index + 1).reduce((sum, { length }) => sum + length, 0),
);

describe('where frames end', () => {
  test('cut at every byte near a header, the ends are where they are in one piece', () => {
    const bytes = Buffer.concat([...frames, masked]);
    const cuts = [0, ...ends]
      .flatMap((end) => Array.from({ length: 40 }, (_item, index) => end + index - 20))
      .filter((cut) => cut > 0 && cut < bytes.length);
    for (const cut of cuts) {
      const following = new FrameEnds();
      following.follow(bytes.subarray(0, cut));
      expect(following.isBetweenFrames(), `after ${cut}`).toBe(ends.includes(cut));
      expect(cut + following.follow(bytes.subarray(cut), true), `from ${cut}`).toBe(
        ends.includes(cut)
          ? (ends[ends.indexOf(cut) + 1] ?? bytes.length)
          : (ends.find((end) => end > cut) ?? bytes.length),
      );
    }
  });

  test('byte by byte, it is between frames at the ends alone', () => {
    const bytes = Buffer.concat(frames.slice(0, 5));
    const following = new FrameEnds();
    const found = [...bytes].flatMap(
      (_byte, at) => (
        following.follow(bytes, false, at, at + 1),
        following.isBetweenFrames() ? [at + 1] : []
      ),
    );
    expect(found).toEqual(ends.slice(0, 5));
  });

  test('what stands before and behind the piece is not looked at', () => {
    const around = Buffer.concat([
      Buffer.alloc(7, 0xff),
      frameOf(Buffer.from('hello')),
      Buffer.alloc(20, 0xff),
    ]);
    const following = new FrameEnds();
    expect(following.follow(around, true, 7, 14)).toBe(14);
    expect(following.isBetweenFrames()).toBe(true);
  });
});
