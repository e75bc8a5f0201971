import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import 'virtual:theme.css';
import './app/page.css';

import { connectToShell } from '@berth/plugin-kit/frame';
import { createRoot } from 'react-dom/client';

import { Page } from './app/page.tsx';
import { Standalone } from './app/standalone.tsx';

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no #root');
const root = createRoot(element);

connectToShell().then(
  (shell) => root.render(<Page shell={shell} />),
  () => root.render(<Standalone />),
);
