/** How the mail server is spoken to. */

const thisMachine = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * A password goes out under TLS or not at all: whoever sits between may take the offer of STARTTLS away. At this very machine,
 * and where the operator said otherwise (`?ignoreTLS=true`, `?requireTLS=false`), it is as the URL says.
 */
export function withoutClearPassword(url: string): string {
  const read = new URL(url);
  const isSaid = read.searchParams.has('requireTLS') || read.searchParams.has('ignoreTLS');
  if (read.protocol !== 'smtp:' || read.password === '' || isSaid || thisMachine.test(read.hostname))
    return url;
  read.searchParams.set('requireTLS', 'true');
  return read.href;
}
