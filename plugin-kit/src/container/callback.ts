/** With what the container calls the gateway back: the newest token that a check of the gateway brought. */

export type Callback = {
  /** @param token from `x-berth-callback` */
  hear: (token: string | undefined) => void;
  /** `null` before the first check, and after a token was refused. */
  token: () => string | null;
  /** It has ended, or never was the gateway's. */
  forget: () => void;
};

const longestToken = 2048;

export function createCallback(): Callback {
  let token: string | null = null;
  return {
    hear: (heard) => {
      if (heard !== undefined && heard.length <= longestToken && /^[\w.-]+$/.test(heard)) token = heard;
    },
    token: () => token,
    forget: () => {
      token = null;
    },
  };
}
