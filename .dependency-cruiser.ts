/**
 * The law of arrows (CONTRIBUTING.md), as rules. `npm run check` reads them through scripts/check-arrows.ts,
 * which also makes sure that every file was seen.
 */
import type { ICruiseOptions, IForbiddenRuleType, IResolveOptions } from 'dependency-cruiser';

const servers = '(gateway|doc-service)';
/** Of the gateway's parts, the ground first: each knows those before it. */
const parts = ['platform', 'identity', 'plugins', 'edge', 'operations'];
/** Of the edge's rooms, the ground first. */
const edgeRooms = ['http', '(upstream|fast-path)', '(pipeline|websocket)'];
const thresholds =
  'gateway/src/(identity/access/(principal|permissions|route-policy)|plugins/registry/snapshot|edge/http/access-line)\\.ts$';
const tests = '\\.test\\.tsx?$|/testing/';
/** What a pure function has no use for. */
const inputOutput =
  '^(node:)?(fs|http|https|http2|child_process|worker_threads|dns|tls|dgram|cluster|timers|process|readline)(/|$)';

const workspaces = '(plugin-kit|gateway|doc-service|web|cli|examples)';
/** What a server offers to the command line and to scripts; nothing behind them is known outside. */
const published = '^(gateway|doc-service)/src/cli/';

export const roots = ['plugin-kit', 'gateway', 'doc-service', 'web', 'cli', 'scripts', 'examples'];

export const forbidden: IForbiddenRuleType[] = [
  { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'unresolvable',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true, pathNot: 'generated/|^virtual:|berth-frame\\.js$' },
  },
  {
    name: 'plugin-kit-imports-none-of-ours',
    severity: 'error',
    from: { path: '^plugin-kit/', pathNot: tests },
    to: { path: '^(gateway|doc-service|web|cli|scripts|examples)/' },
  },
  {
    name: 'gateway-imports-plugin-kit-alone',
    severity: 'error',
    from: { path: '^gateway/', pathNot: tests },
    to: { path: '^(doc-service|web|cli|scripts|examples)/' },
  },
  {
    name: 'doc-service-imports-plugin-kit-alone',
    severity: 'error',
    from: { path: '^doc-service/', pathNot: tests },
    to: { path: '^(gateway|web|cli|scripts|examples)/' },
  },
  {
    name: 'web-imports-plugin-kit-alone',
    severity: 'error',
    from: { path: '^web/', pathNot: `${tests}|^web/e2e/` },
    to: { path: '^(gateway|doc-service|cli|scripts|examples)/' },
  },
  {
    name: 'examples-import-plugin-kit-alone',
    comment: 'An example is what a stranger would write.',
    severity: 'error',
    from: { path: '^examples/', pathNot: tests },
    to: { path: '^(gateway|doc-service|web|cli|scripts)/' },
  },
  {
    name: 'cli-knows-published-entries-alone',
    severity: 'error',
    from: { path: '^cli/', pathNot: tests },
    to: {
      path: '^(gateway|doc-service|web|scripts|examples)/',
      pathNot: `${published}|^scripts/start(/|\\.ts$)`,
    },
  },
  {
    name: 'scripts-know-published-entries-alone',
    comment:
      'The pages of docs/ are generated from the configurations. The bench and the fuzzer look inside.',
    severity: 'error',
    from: { path: '^scripts/', pathNot: '^scripts/(bench/|fuzz-edge\\.ts$)' },
    to: {
      path: '^(gateway|doc-service|web|cli|examples)/',
      pathNot: `${published}|^(gateway|doc-service)/src/(config|validate)\\.ts$`,
    },
  },
  {
    name: 'what-runs-knows-no-test',
    comment: 'What `npm start` needs is installed without tests and bench.',
    severity: 'error',
    from: { path: '^(cli/|scripts/start(/|\\.ts$))', pathNot: tests },
    to: { path: '^scripts/(testing|bench)/' },
  },
  {
    name: 'the-bench-is-known-to-none',
    severity: 'error',
    from: { pathNot: '^scripts/bench/' },
    to: { path: '^scripts/bench/' },
  },
  {
    name: 'tests-know-testing-and-their-own-workspace-alone',
    comment: 'What tests of several workspaces stand on is in @berth/testing.',
    severity: 'error',
    from: { path: `^${workspaces}/`, pathNot: '^cli/src/[^.]+\\.ts$' },
    to: {
      path: '^(plugin-kit|gateway|doc-service|web|cli|scripts|examples)/',
      pathNot: '^($1|plugin-kit|scripts/testing)/',
    },
  },
  {
    name: 'rooms-do-not-visit-each-other',
    comment:
      'What a room needs from another, the wiring hands over as a function. Thresholds and the platform are open to all.',
    severity: 'error',
    from: { path: '^gateway/src/(identity|operations)/([^/]+)/', pathNot: tests },
    to: {
      path: '^gateway/src/(identity|plugins|edge|operations)/',
      pathNot: `^gateway/src/$1/$2/|${thresholds}`,
    },
  },
  {
    name: 'rooms-of-doc-service-do-not-visit-each-other',
    severity: 'error',
    // The command line wires rooms, as `app.ts` and the wiring do.
    from: { path: '^doc-service/src/([^/]+)/', pathNot: `${tests}|^doc-service/src/(cli|wiring)/` },
    to: { path: '^doc-service/src/[^/]+/', pathNot: '^doc-service/src/($1|platform)/' },
  },
  ...parts.slice(0, -1).map((part, index): IForbiddenRuleType => ({
    name: `parts-have-one-direction-${part}`,
    comment: `The parts of the gateway from the ground up: ${parts.join(', ')}. None knows one above it.`,
    severity: 'error',
    from: { path: `^gateway/src/${part}/`, pathNot: tests },
    to: { path: `^gateway/src/(${parts.slice(index + 1).join('|')})/` },
  })),
  {
    name: 'a-part-knows-the-thresholds-of-another',
    severity: 'error',
    from: { path: '^gateway/src/(plugins|edge|operations)/', pathNot: tests },
    to: { path: '^gateway/src/(identity|plugins|edge)/', pathNot: `^gateway/src/$1/|${thresholds}` },
  },
  {
    name: 'the-edge-has-one-direction-http',
    comment: 'Heads, lines and names know nothing of a request that is decided about.',
    severity: 'error',
    from: { path: '^gateway/src/edge/http/', pathNot: tests },
    to: { path: `^gateway/src/edge/(${edgeRooms.slice(1).join('|')})/` },
  },
  {
    name: 'the-edge-has-one-direction-upstream',
    severity: 'error',
    from: { path: '^gateway/src/edge/(upstream|fast-path)/', pathNot: tests },
    to: { path: '^gateway/src/edge/', pathNot: '^gateway/src/edge/($1|http)/' },
  },
  {
    name: 'areas-of-the-shell-do-not-visit-each-other',
    comment: 'Areas know api, shell and words; routes.tsx alone knows every area.',
    severity: 'error',
    from: { path: '^web/src/([^/]+)/', pathNot: tests },
    to: { path: '^web/src/', pathNot: '^web/src/($1|api|shell|words)/|^web/src/[^/]+\\.(css|d\\.ts)$' },
  },
  {
    name: 'the-shell-knows-no-area',
    severity: 'error',
    from: { path: '^web/src/(api|shell)/', pathNot: tests },
    to: { path: '^web/src/[^/]+/', pathNot: '^web/src/(api|shell|words)/' },
  },
  {
    name: 'words-know-nothing-of-the-shell',
    severity: 'error',
    from: { path: '^web/src/words/', pathNot: tests },
    to: { path: '^web/src/', pathNot: '^web/src/words/' },
  },
  {
    name: 'areas-of-the-documents-page-do-not-visit-each-other',
    severity: 'error',
    from: { path: '^doc-service/ui/src/(activity|document|importing|inbox|library|upload)/', pathNot: tests },
    to: {
      path: '^doc-service/ui/src/[^/]+/',
      pathNot: '^doc-service/ui/src/($1|model|api|context|parts|words)/',
    },
  },
  {
    name: 'the-platform-knows-no-room',
    severity: 'error',
    from: { path: `^${servers}/src/platform/`, pathNot: tests },
    to: { path: '^(gateway|doc-service)/src/', pathNot: '^(gateway|doc-service)/src/platform/' },
  },
  {
    name: 'composition-knows-doors-alone',
    comment: 'app.ts and the wiring import the door of a room, not what is behind it.',
    severity: 'error',
    from: { path: `^${servers}/src/((app|main)\\.ts$|wiring/)` },
    to: { path: `^${servers}/src/[^/]+/`, pathNot: `\\.room\\.ts$|/(platform|wiring)/|${thresholds}` },
  },
  {
    name: 'rules-are-pure',
    comment: 'No input, no output, no clock; no machinery.',
    severity: 'error',
    from: { path: '\\.rules\\.ts$' },
    to: {
      path: `${inputOutput}|\\.(routes|usecases|store|client|room|policy)\\.ts$|node_modules/(pg|undici|hono|@prisma|pino)/`,
    },
  },
  {
    name: 'steps-do-not-know-the-machinery',
    comment: 'A use-case declares the few functions that it needs; stores offer them.',
    severity: 'error',
    from: { path: '\\.usecases\\.ts$' },
    to: { path: '\\.(routes|store|client|room)\\.ts$|/generated/' },
  },
  {
    name: 'machinery-knows-no-steps',
    severity: 'error',
    from: { path: '\\.(store|client)\\.ts$' },
    to: { path: '\\.(routes|usecases|room|policy)\\.ts$' },
  },
  {
    name: 'types-are-the-ground',
    severity: 'error',
    from: { path: '\\.types\\.ts$' },
    to: { path: '\\.(routes|usecases|rules|store|client|room|policy)\\.ts$' },
  },
  {
    name: 'nobody-walks-in-through-the-wall',
    comment: 'A door is imported by the composition alone.',
    severity: 'error',
    from: { path: `^${servers}/src/`, pathNot: `${tests}|/app\\.ts$|/wiring/` },
    to: { path: '\\.room\\.ts$' },
  },
  {
    name: 'only-the-composition-knows-the-wiring',
    severity: 'error',
    from: { path: `^${servers}/src/`, pathNot: `${tests}|/app\\.ts$|/wiring/` },
    to: { path: '/src/wiring/' },
  },
  {
    name: 'no-front-door-inside',
    severity: 'error',
    from: { path: `^${servers}/src/`, pathNot: `${tests}|/main\\.ts$` },
    to: { path: '/src/(main|app)\\.ts$' },
  },
  {
    name: 'pages-bring-no-server',
    severity: 'error',
    from: { path: '^(web/src|doc-service/ui/src|plugin-kit/src/frame)/', pathNot: tests },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'tests-stay-outside',
    severity: 'error',
    from: { path: '^(plugin-kit|gateway|doc-service|web)/', pathNot: `${tests}|^web/e2e/|/harness/` },
    to: { path: tests },
  },
];

export const options: ICruiseOptions = {
  doNotFollow: { path: 'node_modules|/generated/' },
  exclude: { path: '/dist/' },
  // `import type` is an arrow too.
  tsPreCompilationDeps: true,
};

export const resolveOptions: Partial<IResolveOptions> = {
  exportsFields: ['exports'],
  importsFields: ['imports'],
  conditionNames: ['import', 'types', 'node', 'default'],
  extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
};
