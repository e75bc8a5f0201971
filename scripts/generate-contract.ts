/**
 * docs/contract.md: what a container and the gateway may rely on, with the tables that come from the kit's
 * sources.
 */
import { assertionLifetimeSeconds, identityHeaders, issuer } from '@berth/plugin-kit/contract/identity.ts';
import { manifestJsonSchema } from '@berth/plugin-kit/contract/manifest-schema.ts';
import { z } from 'zod';

const asked = [
  [
    '`GET` the path of `health` (`/health`)',
    '200 with `{"status": "ok" \\| "degraded", "detail"?, "checks"?}`; anything else is down',
  ],
  [
    '`GET /plugin/manifest`',
    'The manifest, with an `ETag` where it can; `If-None-Match` is answered with 304',
  ],
  ['`GET /plugin/settings`', 'The settings as one JSON object, secrets masked, with an `ETag`'],
  [
    '`PATCH /plugin/settings`',
    '`application/merge-patch+json`, or what `settings_patch` lists; `If-Match` is honoured; 422 names places with JSON Pointers',
  ],
  ['`GET` below `ui.entry`', 'The files of the page'],
  [
    '`POST` below the path of each of `capabilities`',
    'An operation of its kind, with `x-berth-capability` and the body `{"context", "input"}`; what comes without that header is refused',
  ],
  ['each of `routes`', 'What the container does; asked only when the gateway lets the caller through'],
];

const heads: Readonly<Record<keyof typeof identityHeaders, string>> = {
  userId: 'The id of the person, a UUID',
  email: 'Where `identity.claims` lists `email`',
  name: 'Where it lists `name`',
  groups:
    'Where it lists `groups`: a JSON list of those that the manifest names; with `all_groups`, of all of them',
  superuser: '`true` for superusers',
  assertion: `The proof: a JWT signed with EdDSA, \`iss\` "${issuer}", \`aud\` the plugin's id, \`sub\` the person, good for at most ${assertionLifetimeSeconds} s; keys at \`/.well-known/jwks.json\``,
  callback: "With the gateway's own questions: a token for its internal port, good for five minutes",
  requestId: 'The id of the request, for logs',
};

/** Where the schema itself says nothing. */
const words: Readonly<Record<string, string>> = {
  name: 'What people call it.',
  description: 'One sentence for the lists.',
  icon: "A name of the shell's set, or a relative path to a PNG or SVG of the container's.",
  stage: 'How finished it is:',
  links: 'Addresses for people, shown beside the extension.',
  'links.docs': 'How to use it.',
  'links.support': 'Where to ask.',
  'links.changelog': 'What is new.',
  settings_access: 'Who reads and who writes the settings. Default: `access`.',
  mounts: 'Prefixes below `/api/` that the container would like to answer; each waits for an approval.',
  'routes[].methods': 'What else is asked is 405.',
  'routes[].limits': 'Of this route.',
  'routes[].limits.rate.per_seconds': 'The length of the window.',
  'routes[].stream': 'How the answer comes:',
  ui: 'The page.',
  'ui.entry': 'The path of its first file, such as `/ui/index.html`.',
  'ui.mode': 'Where it is shown:',
  nav: 'Entries of the sidebar, besides the extension itself.',
  'nav[].id': 'Stays the same between versions.',
  'nav[].title': 'What people read.',
  'nav[].path': 'The place within the page.',
  'nav[].icon': "A name of the shell's set.",
  actions: 'Buttons that the shell draws for the container.',
  'actions[].id': 'Stays the same between versions.',
  'actions[].title': 'What people read.',
  'actions[].confirm': 'A question that is asked first.',
  'actions[].input_schema': 'A JSON Schema of what is asked of the person.',
  health: 'How the gateway asks whether it is well.',
  'health.path': 'Where.',
  'health.timeout_ms': 'How long the answer may take.',
  identity: 'What it needs to know of people besides their id.',
  'identity.claims': 'Any of `email`, `name`, `groups`, `all_groups`, `superuser`.',
  'connections[].kind': 'Of which kind it is.',
  'capabilities[].description': 'One sentence for lists.',
};

type Field = { path: string; given: string; meaning: string };

const described = z.looseObject({
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  required: z.array(z.string()).default([]),
  properties: z.record(z.string(), z.unknown()).default({}),
  items: z.unknown().optional(),
});

export function contractBody(): string {
  const fields = fieldsBelow(manifestJsonSchema(), '');
  return [
    '## What a container answers',
    '',
    'The gateway asks over plain HTTP or TLS at the address that the operator gave. Redirects are not followed.',
    '',
    table(['Request', 'Answer'], asked),
    '',
    '## What it is told with each request',
    '',
    'The gateway removes these names, in every spelling, from what a client sends. Believe the assertion; the others are for',
    'convenience, and for programs that nothing but the gateway can reach.',
    '',
    table(
      ['Header', 'What it says'],
      Object.entries(identityHeaders).map(([key, name]) => [
        `\`${name}\``,
        Object.entries(heads).find(([head]) => head === key)?.[1] ?? '',
      ]),
    ),
    '',
    '## The manifest',
    '',
    'A JSON object. Names that are not in this table are ignored; a wrong value of one that is makes the manifest `rejected`. A rule has',
    'the clauses `allow_superuser`, `required_groups`, `any_user` and on routes `public`; it passes when one of them does.',
    '',
    table(
      ['Field', 'Default', 'Meaning'],
      fields.map(({ path, given, meaning }) => [`\`${path}\``, given, meaning]),
    ),
  ].join('\n');
}

/** Rules have one form and are told once, where the table begins. */
function fieldsBelow(schema: unknown, prefix: string): Field[] {
  const { properties, required } = described.parse(schema);
  return Object.entries(properties).flatMap(([name, property]) => {
    const read = described.parse(property);
    const path = `${prefix}${name}`;
    const isRule = 'allow_superuser' in read.properties;
    const inner = isRule ? [] : fieldsBelow(property, `${path}.`);
    const ofItems = read.items === undefined ? [] : fieldsBelow(read.items, `${path}[].`);
    return [
      { path, given: givenOf(read, required.includes(name)), meaning: meaningOf(read, isRule, words[path]) },
      ...inner,
      ...ofItems,
    ];
  });
}

function givenOf({ default: fallback }: z.output<typeof described>, isRequired: boolean): string {
  if (isRequired) return 'required';
  const isEmpty = fallback === undefined || ['[]', '{}', '""'].includes(JSON.stringify(fallback));
  return isEmpty ? '' : `\`${JSON.stringify(fallback)}\``;
}

function meaningOf(
  { description, enum: choices }: z.output<typeof described>,
  isRule: boolean,
  own = '',
): string {
  if (isRule) return 'A rule.';
  const listed = choices ? choices.map((choice) => `\`${String(choice)}\``).join(', ') : '';
  return [description ?? own, listed]
    .filter((part) => part !== '')
    .join(' ')
    .replaceAll('|', '\\|');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
