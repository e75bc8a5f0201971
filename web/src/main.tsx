import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import './style.css';
import '@berth/plugin-kit/frame/targets.css';
import { decimalSign } from '@berth/plugin-kit/frame/words.ts';
import { keepKeysInOverlays } from '@berth/plugin-kit/frame/overlay-keys.ts';
import { closeTheDoors } from '@berth/plugin-kit/frame/trusted-types.ts';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, useMemo } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError, whenSignedOut } from '#api/client.ts';
import { askWhoIsSignedIn } from '#api/session.ts';
import { LastResort } from '#shell/broken.tsx';
import { useLocale } from '#words/use-locale.ts';
import { t } from '#words/words.ts';
import { createShellRouter } from './routes.tsx';
import { startLanguage } from './shell/language.ts';
import { startShareWorker } from './share/shared-files.ts';
import { cssVariables, themeWith } from './theme.ts';

// Before anything is drawn. The one script by address takes shared files.
closeTheDoors(globalThis, new Set(['/share-worker.js']));
// Before anything else listens for keys.
keepKeysInOverlays();

const client = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) =>
        count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
const router = createShellRouter(client);

// G6: whatever it was that learnt it first, everybody goes to the door, and back to where they were.
whenSignedOut(askWhoIsSignedIn(client, () => void router.invalidate()));

// The gateway writes a fresh nonce into the page with every answer; the policy lets Mantine's style element
// pass by it.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// The scroll lock of dialogs makes a style element of its own and looks for the nonce here.
Object.assign(globalThis, { __webpack_nonce__: nonce });
startShareWorker();

const root = document.querySelector('#root');
if (!root) throw new Error('index.html has no #root');

function Shell() {
  const sign = decimalSign(useLocale());
  const close = t('Close');
  const theme = useMemo(() => themeWith(close, sign), [close, sign]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      colorSchemeManager={localStorageColorSchemeManager({ key: 'berth-color-scheme' })}
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={client}>
        <LastResort>
          <RouterProvider router={router} />
        </LastResort>
      </QueryClientProvider>
    </MantineProvider>
  );
}

const page = createRoot(root);
// The words of the first picture are there before it is drawn. No `await` here: it would cut the entry into
// many small files.
void startLanguage().then(() =>
  page.render(
    <StrictMode>
      <Shell />
    </StrictMode>,
  ),
);
