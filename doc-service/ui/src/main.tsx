import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import 'virtual:theme.css';
import './app/page.css';
import '@berth/plugin-kit/frame/targets.css';

import { connectToShell } from '@berth/plugin-kit/frame';
import { keepKeysInOverlays } from '@berth/plugin-kit/frame/overlay-keys.ts';
import { closeTheDoors } from '@berth/plugin-kit/frame/trusted-types.ts';
import { createRoot } from 'react-dom/client';

import { Page } from './app/page.tsx';
import { Standalone } from './app/standalone.tsx';
import { speak } from './words/words.ts';

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no #root');
const root = createRoot(element);

// Before anything is drawn.
closeTheDoors(globalThis);
keepKeysInOverlays();
connectToShell().then(
  // The words are there before the first picture. A catalogue that cannot be fetched leaves English.
  async (shell) => {
    await speak([shell.locale]).catch(() => undefined);
    root.render(<Page shell={shell} />);
  },
  () => root.render(<Standalone />),
);
