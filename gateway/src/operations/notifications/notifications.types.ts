/** Its audience: superusers, with the owners of a plugin where one is named; or one person. */
export type Audience = { kind: 'deciders'; pluginId: string | null } | { kind: 'person'; userId: string };

export type News = {
  audience: Audience;
  /** One that was not read and has the same key is replaced. */
  key: string;
  kind: 'offline' | 'back' | 'approval' | 'request' | 'decided' | 'settings';
  title: string;
  detail: string;
  /** A path of the shell. */
  link: string;
  /** Kept to be looked up, and not counted: the person did it themselves. */
  isRead: boolean;
  /** Worth a letter, to those who wish for letters. */
  isImportant: boolean;
};

export type Notification = {
  id: string;
  kind: string;
  title: string;
  detail: string;
  link: string;
  createdAt: Date;
  isRead: boolean;
};

export type Place = { createdAt: Date; id: string };
export type Choices = { byMail: boolean; dismissed: string[] };

export type NotificationsStore = {
  /** @returns e-mail addresses of those of the audience who wish for letters */
  add: (news: Omit<News, 'isImportant'>, at: Date) => Promise<string[]>;
  /** Newest first. */
  page: (userId: string, before: Place | null, limit: number) => Promise<Notification[]>;
  unread: (userId: string) => Promise<number>;
  /** @param ids `null`: all */
  markRead: (userId: string, ids: readonly string[] | null, at: Date) => Promise<void>;
  clear: (userId: string) => Promise<void>;
  choices: (userId: string) => Promise<Choices>;
  choose: (userId: string, change: Partial<Choices>) => Promise<Choices>;
};
