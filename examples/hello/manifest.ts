/** What the example says of itself: a page in the sidebar, a form for every common kind of setting, one route. */
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';

export const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'hello',
  name: 'Hello',
  version: '1.0.0',
  description: 'Greets whoever asks. The smallest whole container, to copy from.',
  icon: 'ui/hello.svg',
  access: { any_user: true },
  settings_access: { read: { allow_superuser: true }, write: { allow_superuser: true } },
  routes: [{ path: '/greeting' }],
  ui: { entry: '/ui/' },
  nav: [{ id: 'hello', title: 'Hello', path: '#/', icon: 'hand-stop' }],
  identity: { claims: ['name', 'email'] },
  settings_schema: {
    type: 'object',
    required: ['greeting'],
    additionalProperties: false,
    properties: {
      greeting: {
        type: 'string',
        title: 'Greeting',
        description: 'The word before the name.',
        minLength: 1,
        maxLength: 40,
        default: 'Hello',
      },
      repeat: {
        type: 'integer',
        title: 'How often',
        description: 'Once is polite.',
        minimum: 1,
        maximum: 5,
        default: 1,
      },
      loud: { type: 'boolean', title: 'Loud', description: 'In capital letters.', default: false },
      mood: { type: 'string', title: 'Mood', enum: ['sunny', 'calm', 'starry'], default: 'sunny' },
      passphrase: {
        type: 'string',
        title: 'Passphrase',
        description: 'Kept here and never shown again.',
        writeOnly: true,
      },
      wishes: {
        type: 'array',
        title: 'Wishes',
        description: 'One is told with every greeting.',
        items: { type: 'string', maxLength: 80 },
        maxItems: 10,
      },
    },
  },
};
