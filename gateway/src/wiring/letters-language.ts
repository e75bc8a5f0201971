/** Letters in the language that a person chose; English where none is known. */
import type { PrismaClient } from '#platform/generated/client.ts';
import { lettersIn } from '#platform/words/spoken.ts';

type Letter = { to: string; subject: string; text: string };
type Post = (letter: Letter) => Promise<void>;

/** @param post `null` where no mail server is configured */
export function inTheirLanguage(post: Post | null, prisma: PrismaClient): Post | null {
  if (post === null) return null;
  return async (letter) => {
    const where = { user: { email: letter.to } };
    const profile = await prisma.profile.findFirst({ where, select: { locale: true } });
    await post(lettersIn(profile?.locale ?? 'en')(letter));
  };
}
