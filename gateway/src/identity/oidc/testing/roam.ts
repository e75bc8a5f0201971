/** For tests: a browser that follows redirects between the gateway and a provider, with the cookies of each. */
import type { Answer, Browser } from '#identity/accounts/testing/identity-gateway.ts';

export const asPage = { accept: 'text/html' };

/** From one redirect to the next, until an answer is none or lies in the shell. @param start a path, or a whole address */
export async function roamFrom(origin: string, browser: Browser, start: string): Promise<string> {
  const there = new Map<string, string>();
  let url = new URL(start, origin);
  for (let hop = 0; hop < 12; hop++) {
    if (url.origin !== origin) {
      url = await hopThere(url, there);
      continue;
    }
    if (!url.pathname.startsWith('/api/')) return url.pathname + url.search + url.hash;
    const answer = await browser.request('GET', url.pathname + url.search, undefined, asPage);
    const location = answer.headers.get('location');
    if (location === null)
      throw new Error(`${url.pathname} answered ${answer.status} ${JSON.stringify(answer.body)}`);
    url = new URL(location, url);
  }
  throw new Error('too many redirects');
}

/** Where the provider sends the browser back to, without going there. @param left the gateway's answer that leads away */
export async function callbackOf(origin: string, left: Answer): Promise<string> {
  const there = new Map<string, string>();
  let url = new URL(left.headers.get('location') ?? '');
  while (url.origin !== origin) url = await hopThere(url, there);
  return url.pathname + url.search;
}

async function hopThere(url: URL, there: Map<string, string>): Promise<URL> {
  const cookie = [...there].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(url, {
    redirect: 'manual',
    headers: { ...asPage, ...(cookie === '' ? {} : { cookie }) },
  });
  for (const given of response.headers.getSetCookie()) {
    const [name = '', ...value] = (given.split(';')[0] ?? '').split('=');
    there.set(name, value.join('='));
  }
  const location = response.headers.get('location');
  if (location === null) throw new Error(`the provider answered ${response.status} ${await response.text()}`);
  return new URL(location, url);
}
