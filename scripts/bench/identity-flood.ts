/** Waves of sign-ins, so many at the same moment, each with another account from another network. Prints one line of JSON. */
import { z } from 'zod';
import { emailOf, password } from './identity-people.ts';

const { origin, atOnce, seconds } = z.object({ origin: z.string(), atOnce: z.number(), seconds: z.number() }).parse(JSON.parse(process.argv[2] ?? ''));
const endAt = performance.now() + seconds * 1000;
const statuses = new Map<number, number>();
let next = 5_000;

async function signIn(index: number): Promise<void> {
  const response = await fetch(`${origin}/api/auth/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': `10.9.${(index >> 8) & 255}.${index & 255}` },
    body: JSON.stringify({ email: emailOf((index % 4_000) + 5_000), password }),
  });
  await response.arrayBuffer();
  statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
}

let waves = 0;
while (performance.now() < endAt) {
  waves++;
  await Promise.all(Array.from({ length: atOnce }, () => signIn(next++)));
}
process.stdout.write(`${JSON.stringify({ waves, statuses: Object.fromEntries(statuses) })}\n`);
