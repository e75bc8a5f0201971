/** What is asked after a password. */
export type Method = 'totp' | 'recovery' | 'passkey';

export type Person = { id: string; email: string; name: string | null };

export type Passkey = {
  id: string;
  userId: string;
  /** Base64url. */
  credentialId: string;
  publicKey: Uint8Array<ArrayBuffer>;
  counter: bigint;
  transports: string[];
  name: string;
  isSynced: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
};

export type NewPasskey = Omit<Passkey, 'id' | 'lastUsedAt'>;

export type Factors = {
  /** Since when the authenticator app is in force. */
  totpSince: Date | null;
  recoveryCodesLeft: number;
  passkeys: Passkey[];
  /** They chose to be asked for a passkey after the password. */
  passkeyAfterPassword: boolean;
};

export type FactorsStore = {
  of: (userId: string) => Promise<Factors>;
  /** Whether the password alone does not open the account: what most sign-ins ask, in one question. */
  wantsSecondStep: (userId: string) => Promise<boolean>;
  isUser: (userId: string) => Promise<boolean>;

  /** `secret` as it is kept: sealed. */
  totp: (userId: string) => Promise<{ secret: Uint8Array; isConfirmed: boolean } | null>;
  /** In place of an unconfirmed one. `false`: there is one in force. */
  startTotp: (userId: string, secret: Uint8Array, at: Date) => Promise<boolean>;
  /** Puts it in force with new recovery codes. `false`: it is in force already, or gone. */
  confirmTotp: (userId: string, step: number, codeHashes: readonly Buffer[], at: Date) => Promise<boolean>;
  /** `false`: this step or a later one was used before. */
  useStep: (userId: string, step: number) => Promise<boolean>;
  removeTotp: (userId: string) => Promise<void>;

  replaceCodes: (userId: string, codeHashes: readonly Buffer[]) => Promise<void>;
  /** `false`: unknown or used. */
  useCode: (userId: string, codeHash: Buffer, at: Date) => Promise<boolean>;

  passkey: (credentialId: string) => Promise<Passkey | null>;
  /** `null`: this credential is registered already. */
  addPasskey: (passkey: NewPasskey) => Promise<Passkey | null>;
  isOwnPasskey: (id: string, userId: string) => Promise<boolean>;
  renamePasskey: (id: string, name: string) => Promise<Passkey | null>;
  /** The last one takes the choice with it that needs one. */
  removePasskey: (id: string, userId: string) => Promise<void>;
  /** `false`: the device's counter did not go up, so there may be a copy of it. */
  notePasskeyUse: (id: string, counter: number, at: Date) => Promise<boolean>;
  choosePasskeyAfterPassword: (userId: string, chosen: boolean) => Promise<void>;

  /** All of an account. */
  removeAll: (userId: string) => Promise<void>;

  isSpent: (tokenHash: Buffer) => Promise<boolean>;
  /** `false`: it was spent before. Of two at once, one gets `false`. */
  spend: (tokenHash: Buffer, expiresAt: Date) => Promise<boolean>;
  removeExpired: (now: Date) => Promise<void>;
};

/** What the owner of an account is told by mail, whoever did it. */
export type FactorChange =
  | 'totp.add'
  | 'totp.remove'
  | 'recovery-codes.renew'
  | 'passkey.add'
  | 'passkey.remove'
  | 'second-step.change'
  | 'factors.reset';
