/**
 * Page pictures as blob URLs: the frame's CSP lets no picture come from the API directly, and the API wants the token.
 * Those in use are kept; of the others the newest `limit`; the rest is revoked.
 */
export type Pictures = {
  /** The picture's URL, and a `release` to call when it is no longer shown. */
  take(key: string, load: (signal: AbortSignal) => Promise<Blob>): { url: Promise<string>; release(): void };
  /** How many pictures are held. */
  size(): number;
};

type Held = { url: Promise<string>; users: number; stop: AbortController; done: boolean };

export function createPictures(
  limit: number,
  urls: Pick<typeof URL, 'createObjectURL' | 'revokeObjectURL'> = URL,
): Pictures {
  const held = new Map<string, Held>();

  const drop = (key: string, picture: Held) => {
    if (held.get(key) === picture) held.delete(key);
    picture.stop.abort();
    picture.url.then((url) => urls.revokeObjectURL(url)).catch(() => undefined);
  };

  const trim = () => {
    const unused = [...held].filter(([, picture]) => picture.users === 0);
    for (const [key, picture] of unused.slice(0, Math.max(0, unused.length - limit))) drop(key, picture);
  };

  return {
    take(key, load) {
      const picture = held.get(key) ?? start(load);
      // Last used, last dropped.
      held.delete(key);
      held.set(key, picture);
      picture.users += 1;
      picture.url.catch(() => held.get(key) === picture && held.delete(key));
      let released = false;
      return {
        url: picture.url,
        release() {
          if (released) return;
          released = true;
          picture.users -= 1;
          if (picture.users > 0) return;
          if (picture.done) trim();
          else drop(key, picture);
        },
      };
    },
    size: () => held.size,
  };

  function start(load: (signal: AbortSignal) => Promise<Blob>): Held {
    const stop = new AbortController();
    const picture: Held = {
      users: 0,
      stop,
      done: false,
      url: load(stop.signal).then((blob) => {
        picture.done = true;
        return urls.createObjectURL(blob);
      }),
    };
    return picture;
  }
}
