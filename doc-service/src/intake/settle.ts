/** A file has settled when nothing about it has changed for the quiet period: size, times, inode. */
export type Fingerprint = { sizeBytes: bigint; mtimeNs: bigint; ctimeNs: bigint; inode: string };
export type Candidate = { path: Buffer; fingerprint: Fingerprint };

export type Settle = {
  /** @returns true when it has been quiet for long already; else it is watched until it is */
  observe: (candidate: Candidate) => boolean;
  /** Looks again at those whose quiet period is over; gives the ones that settled. A file that is gone is forgotten. */
  tick: () => Promise<Candidate[]>;
  waiting: () => number;
  clear: () => void;
};

type Waiting = Candidate & { sinceMs: number };

/** @param look the file as it is now, or null when it is gone */
export function createSettle({
  quietMs,
  now,
  look,
}: {
  quietMs: number;
  now: () => number;
  look: (path: Buffer) => Promise<Fingerprint | null>;
}): Settle {
  const waiting = new Map<string, Waiting>();
  return {
    observe({ path, fingerprint }) {
      const key = path.toString('latin1');
      const known = waiting.get(key);
      if (!known && isLongQuiet(fingerprint, now(), quietMs)) return true;
      if (!known || !isSame(known.fingerprint, fingerprint))
        waiting.set(key, { path, fingerprint, sinceMs: now() });
      return false;
    },
    async tick() {
      const settled: Candidate[] = [];
      for (const [key, item] of waiting) {
        // A change in the meantime has left its time behind: one look at the end sees it too.
        if (now() - item.sinceMs < quietMs) continue;
        const fingerprint = await look(item.path);
        if (!fingerprint) waiting.delete(key);
        else if (!isSame(item.fingerprint, fingerprint))
          waiting.set(key, { path: item.path, fingerprint, sinceMs: now() });
        else {
          waiting.delete(key);
          settled.push({ path: item.path, fingerprint });
        }
      }
      return settled;
    },
    waiting: () => waiting.size,
    clear: () => waiting.clear(),
  };
}

/** The change time cannot be set by a program, so an old one is believed; a clock that is ahead (a network mount) is not. */
function isLongQuiet({ mtimeNs, ctimeNs }: Fingerprint, nowMs: number, quietMs: number): boolean {
  const changedMs = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n);
  return nowMs - changedMs >= quietMs * 5;
}

function isSame(a: Fingerprint, b: Fingerprint): boolean {
  return (
    a.sizeBytes === b.sizeBytes && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.inode === b.inode
  );
}
