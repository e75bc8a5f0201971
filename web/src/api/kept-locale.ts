/** The language that was chosen, for this browser: the door speaks it before the profile is known. */
const key = 'berth-locale';

export function keptLocale(): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    // A browser that keeps nothing speaks the language that it asks for.
    return '';
  }
}

/** @param locale an empty one leaves it to the browser */
export function keepLocale(locale: string): void {
  try {
    if (locale === '') localStorage.removeItem(key);
    else localStorage.setItem(key, locale);
  } catch {
    // A full or closed storage costs a convenience alone.
  }
}
