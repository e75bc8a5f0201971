/** Every address of the service, in the order in which they are asked. */
import { Hono } from 'hono';
import { archiveRoutes } from '#archive/archive.room.ts';
import { arrivalsDescriptions } from '#arrivals/arrivals.room.ts';
import { importingDescriptions } from '#importing/importing.room.ts';
import type { IntakeRoom } from '#intake/intake.room.ts';
import { mailDescriptions } from '#mail/mail.room.ts';
import { openApiRoutes } from '#openapi/openapi.room.ts';
import { suggestionsDescriptions } from '#suggestions/suggestions.room.ts';
import { adminGroup } from '../manifest.ts';
import type { Ground } from './ground.ts';
import type { Archive } from './wire-archive.ts';
import type { Arrivals } from './wire-arrivals.ts';

export function wireRoutes(
  ground: Ground,
  archive: Archive,
  others: Arrivals & { intake: IntakeRoom; watching: () => Record<string, unknown> },
): Hono {
  const { documents } = archive;
  const { arrivals, arriving, importing, mail, intake } = others;
  const routes = new Hono();
  const describing = openApiRoutes(() => routes.routes, {
    ...documents.descriptions,
    ...suggestionsDescriptions,
    ...importingDescriptions,
    ...mailDescriptions,
    ...arrivalsDescriptions,
  });
  const { databaseUrl } = ground.config;
  routes.route('/', describing);
  routes.route('/', archiveRoutes({ databaseUrl, originals: documents.originals, now: ground.now }));
  routes.route('/', arrivals.routes({ arriving, watchedSince: intake.broughtSince }));
  routes.route('/', mail.routes({ mayLook: (c) => arriving.editorOf(c).isEditor }));
  routes.route('/', importing.routes);
  routes.route('/', documentsOf(ground, archive, others));
  return routes;
}

function documentsOf(
  { now, database, reads, settings, maxPdfBytes }: Ground,
  { documents, suggestions, search, reading }: Archive,
  { arrivals, intake, watching }: Arrivals & { intake: IntakeRoom; watching: () => Record<string, unknown> },
): Hono {
  return documents.routes({
    reads,
    search: search.prepare,
    complete: search.complete,
    evidenceOf: search.evidenceOf,
    renderPage: reading.renderPage,
    readText: reading.textOf,
    wordsOf: reading.wordsOf,
    marks: search.marks,
    ocrCounts: reading.ocrCounts,
    readPictureAgain: reading.readPictureAgain,
    isOcrOn: () => settings.present().ocr_enabled,
    invoiceOf: reading.invoiceOf,
    offerPassword: reading.offerPassword,
    isDatabaseUp: database.isUp,
    retryFiles: intake.retryFiles,
    wake: intake.wake,
    nameForm: intake.names,
    maxPdfBytes,
    noted: arrivals.tally.noted,
    editorGroup: adminGroup,
    watching,
    currentFile: () => intake.state().currentFile,
    rates: intake.rates,
    parked: () => intake.state().parked,
    now,
    more: suggestions.routes({
      ...documents.deciding(adminGroup),
      countsFor: (viewer) => documents.store.counts(viewer),
      wake: intake.wake,
    }),
  });
}
