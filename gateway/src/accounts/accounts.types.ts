export type Account = {
  id: string;
  /** Canonical. */
  email: string;
  name: string | null;
  isSuperuser: boolean;
  isActive: boolean;
  credentialsVersion: number;
  createdAt: Date;
  lastSignInAt: Date | null;
};

export type NewAccount = { email: string; name: string | null; passwordHash: string; isSuperuser: boolean };

export type GroupName = { id: string; name: string };

export type Session = {
  id: string;
  userAgent: string | null;
  address: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  /** Absolute: no use prolongs it. */
  expiresAt: Date;
};

/** Where a session is opened from. */
export type Device = { userAgent: string | null; address: string };

export const themes = ['system', 'light', 'dark'] as const;

/** An empty text: not chosen. */
export type Profile = {
  displayName: string;
  locale: string;
  timeZone: string;
  theme: (typeof themes)[number];
  /** Plugin ids, in the order that the person chose. */
  pinnedApps: string[];
};
