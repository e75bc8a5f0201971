/** Requests written to a socket as they are. */
import { connect } from 'node:net';

/** All in one write on one connection. @param headers one for each request */
export function statusesOverSocket(origin: string, headers: readonly string[]): Promise<number[]> {
  const { port } = new URL(origin);
  const requests = headers.map((header, index) =>
    [
      'GET /api/users/me HTTP/1.1',
      'host: localhost',
      header,
      ...(index === headers.length - 1 ? ['connection: close'] : []),
      '',
      '',
    ].join('\r\n'),
  );
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    let answers = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (answers += chunk));
    socket.on('end', () =>
      resolve([...answers.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))),
    );
    socket.on('error', reject);
    socket.write(requests.join(''));
  });
}

/** Bytes as they are: no client's idea of what a header may hold. */
export function statusOverSocket(origin: string, headers: readonly string[]): Promise<number> {
  const { port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (answer += chunk));
    socket.on('end', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])));
    socket.on('error', reject);
    socket.write(
      Buffer.from(
        ['GET /api/users/me HTTP/1.1', 'host: localhost', 'connection: close', ...headers, '', ''].join(
          '\r\n',
        ),
        'latin1',
      ),
    );
  });
}
