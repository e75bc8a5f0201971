/** Reads the environment at the door: everything is checked at once, and every finding is told at once. */
import type { z } from 'zod';

export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  readonly findings: string[];
  constructor(findings: string[]) {
    super(`The environment is not right:\n${findings.map((finding) => `  - ${finding}`).join('\n')}`);
    this.findings = findings;
  }
}

/**
 * Empty variables count as absent.
 * @throws EnvironmentError with every finding; values are not repeated, for they may be secrets
 */
export function readEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  env: Record<string, string | undefined>,
): z.output<Schema> {
  const given = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value !== '' && Object.hasOwn(schema.shape, name)),
  );
  const read = schema.safeParse(given);
  if (!read.success)
    throw new EnvironmentError(read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  return read.data;
}
