import type { Shell, Theme } from '@berth/plugin-kit/frame';
import { languageOf } from '@berth/plugin-kit/frame/words.ts';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';

import { LastResort } from './last-resort.tsx';
import { NoticeList } from './notice-list.tsx';
import {
  ActivityPage,
  DocumentPage,
  ImportPage,
  InboxPage,
  RestOfPages,
  UploadList,
} from './rest-of-pages.ts';
import { SurroundingsContext, type Surroundings } from '../context/app-context.tsx';
import { ShellHead } from './shell-head.tsx';
import { Themed } from './themed.tsx';
import { TopBar } from './top-bar.tsx';
import { createAsk } from '../api/ask.ts';
import { createApi } from '../api/client.ts';
import { createPictures } from '../api/pictures.ts';
import { createSuggestions } from '../api/suggestions.ts';
import { LibraryPage } from '../library/library-page.tsx';
import { BadgeWatch } from '../context/badges.ts';
import { createLive } from '../context/live.ts';
import { createEdits } from '../context/edits.ts';
import { createNotices } from '../context/notices.ts';
import { useNavigation } from '../context/navigation.ts';
import { throttled } from '../context/throttled.ts';
import type { Reader } from '../model/format.ts';
import type { Place } from '../model/location.ts';
import { DropZone } from '../upload/drop-zone.tsx';
import { createUploadQueue, type UploadQueue } from '../api/upload-queue.ts';
import { Nowhere } from '../parts/states.tsx';
import { locale, speak } from '../words/words.ts';

import styles from './page.module.css';

/** Pictures that are kept although nobody looks at them: a few screens of thumbnails. */
const unusedPictures = 80;
/** While many files come in, the counts are asked for no more often than this. */
const badgesPauseMs = 5000;

export function Page({ shell }: { shell: Shell }) {
  const [scheme, setScheme] = useState<Theme>(shell.theme);
  useEffect(() => shell.onTheme(setScheme), [shell]);
  const [reader, setReader] = useState(() => readerOf(shell));
  // Everything is drawn anew when the words are there; without them dates and numbers follow all the same.
  useEffect(
    () =>
      shell.onLocale((locale) => {
        const change = () => setReader(readerOf(shell));
        void speak([locale]).then(change, change);
      }),
    [shell],
  );
  useEffect(() => {
    document.documentElement.lang = languageOf(locale());
  }, [reader]);

  const { place, go, entitle } = useNavigation(shell);
  const parts = useMemo(() => {
    const api = createApi(shell);
    const queries = createQueries();
    const notices = createNotices();
    return {
      api,
      suggestions: createSuggestions(createAsk(shell)),
      queries,
      notices,
      edits: createEdits(api, queries, notices),
      live: createLive(api, queries),
      pictures: createPictures(unusedPictures),
      uploads: createUploadQueue((file, upload) => api.upload(file, upload)),
      // Without counts: the container knows which wait for this person.
      tellBadges: throttled(() => shell.reportBadges(), badgesPauseMs),
    };
  }, [shell]);

  // What the archive says of itself comes in the reader's language, live news too.
  const spoken = useRef(reader.locale);
  useEffect(() => {
    if (spoken.current !== reader.locale) void parts.queries.invalidateQueries();
    spoken.current = reader.locale;
    return parts.live.start();
  }, [parts, reader.locale]);

  const surroundings = useMemo<Surroundings>(
    () => ({
      api: parts.api,
      suggestions: parts.suggestions,
      pictures: parts.pictures,
      uploads: parts.uploads,
      notices: parts.notices,
      edits: parts.edits,
      live: parts.live,
      reader,
      go,
      entitle,
      tellKeys: shell.reportKeys,
      tellBadges: parts.tellBadges,
      print: shell.canPrint ? shell.print : null,
    }),
    [parts, shell, reader, go, entitle],
  );

  return (
    <Themed scheme={scheme}>
      <QueryClientProvider client={parts.queries}>
        <SurroundingsContext value={surroundings}>
          <LastResort>
            <DropZone>
              <div className={styles['page']}>
                {shell.hasHead ? <ShellHead shell={shell} /> : <TopBar place={place} />}
                <LastResort key={place.view}>
                  <View place={place} />
                </LastResort>
              </div>
              <NoticeList />
              <BadgeWatch />
              <RestOfPages />
              <Uploads queue={parts.uploads} />
            </DropZone>
          </LastResort>
        </SurroundingsContext>
      </QueryClientProvider>
    </Themed>
  );
}

function readerOf({ locale, timeZone }: Shell): Reader {
  return { locale, timeZone };
}

function Uploads({ queue }: { queue: UploadQueue }) {
  const entries = useSyncExternalStore(queue.subscribe, queue.entries);
  return entries.length === 0 ? null : <UploadList />;
}

function View({ place }: { place: Place }) {
  if (place.view === 'library') return <LibraryPage list={place.list} />;
  if (place.view === 'document')
    return (
      <DocumentPage
        key={place.id}
        id={place.id}
        list={place.list}
        page={place.page ?? null}
        find={place.find ?? null}
      />
    );
  if (place.view === 'inbox') return <InboxPage />;
  if (place.view === 'activity') return <ActivityPage />;
  if (place.view === 'import') return <ImportPage />;
  return <Nowhere what="page" />;
}

/**
 * No retries of its own: the page tells when it tries again (words/trouble.tsx). `always`: the browser's idea
 * of being online says nothing about the gateway.
 */
function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, networkMode: 'always', staleTime: 2000, refetchOnReconnect: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
