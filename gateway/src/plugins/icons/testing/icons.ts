import { afterEach } from 'vitest';

export const ends: (() => Promise<unknown>)[] = [];

export const svg = (inside: string, more = ''): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"${more}>${inside}</svg>`;
export const shape = '<path d="M1 1h22v22z"/>';

export function useRig(): void {
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });
}
