import type { PrismaClient } from '#platform/generated/client.ts';
import { retryOnUniqueViolation } from '@berth/plugin-kit/base/retry-on-unique-violation.ts';
import { themes, type Profile, type ProfilesStore } from './accounts.types.ts';

const own = { omit: { userId: true } } as const;

export function profilesStore(prisma: PrismaClient): ProfilesStore {
  const of = async (userId: string): Promise<Profile> => {
    const user = await prisma.user.findUnique({
      where: { id: userId },
      select: { name: true, profile: own },
    });
    return toProfile(user?.name ?? null, user?.profile ?? null);
  };
  return {
    of,
    save: async (userId, { fullName, ...change }) => {
      const data = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      // The name is the account's: everything that shows a person reads it there.
      await retryOnUniqueViolation(() =>
        prisma.$transaction([
          ...(fullName === undefined
            ? []
            : [
                prisma.user.updateMany({
                  where: { id: userId },
                  data: { name: fullName === '' ? null : fullName },
                }),
              ]),
          prisma.profile.upsert({ where: { userId }, create: { userId, ...data }, update: data }),
        ]),
      );
      return of(userId);
    },
  };
}

type Row = {
  phone: string | null;
  locale: string | null;
  timeZone: string | null;
  theme: string;
  pinnedApps: string[];
};

function toProfile(name: string | null, row: Row | null): Profile {
  return {
    fullName: name ?? '',
    phone: row?.phone ?? '',
    locale: row?.locale ?? '',
    timeZone: row?.timeZone ?? '',
    theme: themes.find((known) => known === row?.theme) ?? 'system',
    pinnedApps: row?.pinnedApps ?? [],
  };
}
