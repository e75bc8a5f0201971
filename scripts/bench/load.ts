/** Closed loop: so many connections, each asking again as soon as it has its answer. Prints one line of JSON. */
import { Pool, type Dispatcher } from 'undici';

const [port, path = '/', token = '', connections = '64', seconds = '4'] = process.argv.slice(2);
const pool = new Pool(`http://127.0.0.1:${port}`, { connections: Number(connections), pipelining: 1, keepAliveTimeout: 60_000 });
const headers = token === '' ? [] : ['authorization', `Bearer ${token}`, 'accept', '*/*', 'user-agent', 'berth-bench'];
const latencies: number[] = [];
let answered = 0;
let bad = 0;
const startedAt = performance.now();
const endAt = startedAt + Number(seconds) * 1000;

class Asking implements Dispatcher.DispatchHandler {
  private readonly done: () => void;
  private begunAt = 0;
  constructor(done: () => void) {
    this.done = done;
  }
  ask(): void {
    this.begunAt = performance.now();
    if (this.begunAt >= endAt) this.done();
    else pool.dispatch({ path, method: 'GET', headers }, this);
  }
  onRequestStart(): void {}
  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    if (status !== 200) bad++;
  }
  onResponseData(): void {}
  onResponseEnd(): void {
    answered++;
    latencies.push(performance.now() - this.begunAt);
    this.ask();
  }
  onResponseError(): void {
    bad++;
    setImmediate(() => this.ask());
  }
}

await Promise.all(Array.from({ length: Number(connections) }, () => new Promise<void>((resolve) => new Asking(resolve).ask())));
const elapsedSeconds = (performance.now() - startedAt) / 1000;
const sorted = Float64Array.from(latencies).toSorted();
const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
process.stdout.write(`${JSON.stringify({ answered, bad, elapsedSeconds, p50: at(0.5), p99: at(0.99) })}\n`);
await pool.close();
