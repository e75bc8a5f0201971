/** Which extensions take a file. */
import type { Plugin } from '#api/types.ts';

export type SharedFile = { name: string; type: string };

/** @param accepted media types such as `application/pdf` or `image/*`, or endings such as `.pdf` */
export function isAccepted({ name, type }: SharedFile, accepted: readonly string[]): boolean {
  return accepted.some((one) => {
    const wanted = one.toLowerCase();
    if (wanted.startsWith('.')) return name.toLowerCase().endsWith(wanted);
    if (wanted.endsWith('/*')) return type.toLowerCase().startsWith(wanted.slice(0, -1));
    return type.toLowerCase() === wanted;
  });
}

/** Those that take at least one of the files. */
export function takersOf<Taker extends Pick<Plugin, 'ui'>>(
  plugins: readonly Taker[],
  files: readonly SharedFile[],
): Taker[] {
  return plugins.filter(({ ui }) => files.some((file) => isAccepted(file, ui?.accepts_files?.types ?? [])));
}
