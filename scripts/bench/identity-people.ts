/** Ten thousand people in a thousand groups, written past the gateway: nobody waits for ten thousand hashes. */
import { Client } from 'pg';
import { createPasswords } from '../../gateway/src/identity/accounts/passwords.ts';
import { boundedQueue } from '../../gateway/src/platform/bounded-queue.ts';

export const people = 10_000;
export const groups = 1_000;
/** Of all of them. */
export const password = 'Correct-Horse-Battery-7';

/** @param index from 1 */
export function emailOf(index: number): string {
  return `person-${index}@bench.test`;
}

/** @param databaseUrl after its migrations */
export async function populate(databaseUrl: string): Promise<void> {
  const passwordHash = await createPasswords(boundedQueue({ running: 1, waiting: 1 })).hash(password);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO users (email, name, password_hash, created_at, last_sign_in_at)
         SELECT 'person-' || n || '@bench.test', initcap(translate(md5(n::text), '0123456789', 'ghijklmnop')), $1, now() - n * interval '1 hour', now() - n * interval '1 minute'
         FROM generate_series(1, $2::int) n`,
      [passwordHash, people],
    );
    await client.query(
      `INSERT INTO groups (name, name_key, description) SELECT 'Group ' || n, 'group ' || n, 'The ' || n || 'th' FROM generate_series(1, $1::int) n`,
      [groups],
    );
    await client.query(
      `INSERT INTO memberships (group_id, user_id)
         SELECT g.id, u.id FROM generate_series(1, $1::int) n
         JOIN users u ON u.email = 'person-' || n || '@bench.test'
         JOIN groups g ON g.name IN ('Group 1', 'Group ' || (n % $2::int + 1), 'Group ' || (n * 7 % $2::int + 1))
       ON CONFLICT DO NOTHING`,
      [people, groups],
    );
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}
