/** Tells people what happened, keeps it, and writes a letter where it matters and they wish for one. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { News, NotificationsStore } from './notifications.types.ts';

export type NotificationsNeeds = {
  store: NotificationsStore;
  /** `null` where no mail server is configured. */
  post: ((letter: { to: string; subject: string; text: string }) => Promise<void>) | null;
  /** Where people reach the shell; `null` where it is not configured. */
  publicUrl: string | null;
  now: () => number;
  log: Logger;
};

export type Tell = (news: News) => void;

/** Telling never holds up what it tells of, and never fails it. */
export function teller({ store, post, publicUrl, now, log }: NotificationsNeeds): Tell {
  const tellNow = async ({ isImportant, ...news }: News): Promise<void> => {
    const wishing = await store.add(news, new Date(now()));
    if (!isImportant || !post) return;
    const address = publicUrl === null ? [] : [new URL(news.link, publicUrl).href];
    const why = 'You get this letter because you asked for it under Notifications.';
    // Each line is a sentence that the catalogues know: no full stop behind the title.
    const text = [`${news.title}\n${news.detail}`.trim(), ...address, why].join('\n\n');
    await Promise.all(wishing.map((to) => post({ to, subject: news.title, text })));
  };
  return (news) =>
    void tellNow(news).catch((err: unknown) =>
      log.warn({ err, kind: news.kind }, 'a notification was not kept'),
    );
}

type Named = { id: string; name: string };
type Person = { userId: string; name: string };

/** What other rooms tell of. */
export function newsOf(tell: Tell) {
  return {
    accessRequested: (plugin: Named, by: Person): void =>
      tell({
        audience: { kind: 'deciders', pluginId: plugin.id },
        key: `request ${plugin.id} ${by.userId}`,
        kind: 'request',
        title: `${by.name} asks for access to ${plugin.name}`,
        detail: '',
        link: '/admin/requests',
        isRead: false,
        isImportant: true,
      }),
    accessDecided: (plugin: Named, userId: string, isApproved: boolean): void =>
      tell({
        audience: { kind: 'person', userId },
        key: `decided ${plugin.id}`,
        kind: 'decided',
        title: isApproved ? `${plugin.name} is open to you` : `Your request for ${plugin.name} was refused`,
        detail: '',
        link: isApproved ? `/extensions/${plugin.id}` : '/apps',
        isRead: false,
        isImportant: true,
      }),
    settingsChanged: (plugin: Named, userId: string, isSaved: boolean): void =>
      tell({
        audience: { kind: 'person', userId },
        key: `settings ${plugin.id}`,
        kind: 'settings',
        title: isSaved
          ? `Your change to the settings of ${plugin.name} was saved`
          : `Your change to the settings of ${plugin.name} was not saved`,
        detail: isSaved ? '' : 'The history of the settings says what was asked for.',
        link: `/extensions/${plugin.id}/settings`,
        isRead: isSaved,
        isImportant: false,
      }),
  };
}

export type RoomNews = ReturnType<typeof newsOf>;
