import type { PrismaClient } from '#platform/generated/client.ts';
import { onceMoreIfTaken } from '#platform/once-more.ts';
import { themes, type Profile, type ProfilesStore } from './accounts.types.ts';

const blank: Profile = { displayName: '', locale: '', timeZone: '', theme: 'system', pinnedApps: [] };

export function profilesStore(prisma: PrismaClient): ProfilesStore {
  return {
    of: async (userId) => {
      const row = await prisma.profile.findUnique({ where: { userId }, omit: { userId: true } });
      return row ? toProfile(row) : blank;
    },
    save: async (userId, change) => {
      const data = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      return toProfile(
        await onceMoreIfTaken(() => prisma.profile.upsert({ where: { userId }, create: { userId, ...data }, update: data, omit: { userId: true } })),
      );
    },
  };
}

type Row = { displayName: string | null; locale: string | null; timeZone: string | null; theme: string; pinnedApps: string[] };

function toProfile({ displayName, locale, timeZone, theme, pinnedApps }: Row): Profile {
  return {
    displayName: displayName ?? '',
    locale: locale ?? '',
    timeZone: timeZone ?? '',
    theme: themes.find((known) => known === theme) ?? 'system',
    pinnedApps,
  };
}
