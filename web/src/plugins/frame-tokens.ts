/** Tokens for the page in a frame: a fresh one before the old one ends, and none in a spin. */
import { fetchFrameToken } from '#api/plugins.ts';
import { refreshInMs } from './token-refresh.ts';

/** Hands out no more than one token in this time, however often the page asks. */
const tokenPauseMs = 2000;
const retryMs = 5000;

export type FrameToken = { token: string; tokenExpiresAt: number };
export type FrameTokens = {
  /** For a page that has just said hello. @throws ApiError */
  first: () => Promise<FrameToken>;
  /** Renews itself from now on. */
  keep: () => void;
  renew: () => Promise<void>;
  stop: () => void;
};

/** @param tell hands it to the page */
export function createFrameTokens(pluginId: string, tell: (token: FrameToken) => void): FrameTokens {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last: (FrameToken & { at: number }) | null = null;
  let isStopped = false;

  const fetchOne = async (): Promise<FrameToken> => {
    const { token, expires_at: expiresAt } = await fetchFrameToken(pluginId);
    const fresh = { token, tokenExpiresAt: Date.parse(expiresAt) };
    last = { ...fresh, at: Date.now() };
    return fresh;
  };
  const renewIn = (waitMs: number): void => {
    clearTimeout(timer);
    // What was asked for before the end comes after it.
    if (!isStopped) timer = setTimeout(() => void renew(), waitMs);
  };
  const keep = (): void => {
    if (last) renewIn(refreshInMs(last.tokenExpiresAt, Date.now()));
  };
  const renew = async (): Promise<void> => {
    if (last && Date.now() - last.at < tokenPauseMs) {
      tell({ token: last.token, tokenExpiresAt: last.tokenExpiresAt });
      return;
    }
    clearTimeout(timer);
    try {
      tell(await fetchOne());
      keep();
    } catch {
      renewIn(retryMs);
    }
  };
  const stop = (): void => {
    isStopped = true;
    clearTimeout(timer);
  };
  return { first: fetchOne, keep, renew, stop };
}
