/** A Python that has what the FastAPI peer imports. The first on the path need not be the one that the system's packages are for. */
import { spawnSync } from 'node:child_process';

export type Python = {
  /** The interpreter itself: the processor time of a wrapper would be counted too. */
  path: string;
  /** What uvicorn runs on with it: `uvloop and httptools` where they are there, which is faster. */
  runsOn: string;
};

const candidates = ['python3', '/usr/bin/python3', '/usr/local/bin/python3'];
const look = `
import fastapi, httpx, jwt, uvicorn, sys
from importlib.util import find_spec
print(sys.executable)
print("uvloop" if find_spec("uvloop") else "asyncio", "and", "httptools" if find_spec("httptools") else "h11")
`;

/** @returns `null` when none has them all */
export function pythonForFastApi(): Python | null {
  for (const candidate of candidates) {
    const { status, stdout } = spawnSync(candidate, ['-c', look], { encoding: 'utf8' });
    const [path, runsOn] = status === 0 ? stdout.trim().split('\n') : [];
    if (path !== undefined && runsOn !== undefined) return { path, runsOn };
  }
  return null;
}
