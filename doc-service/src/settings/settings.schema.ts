/** The settings of this service: their JSON Schema (the form comes from it) and their defaults. */
import { installedModels } from '#platform/ocr-models.ts';
import { z } from 'zod';
import { mailReading, mailSchema } from './mail.settings.ts';
import { scheduleReading, scheduleSchema } from './schedule.settings.ts';

const ocrModels = installedModels();
const languages = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** `deu` is German. What is no language alone, such as `chi_sim`, keeps its name. */
function languageOf(model: string): string {
  try {
    return languages.of(model) ?? model;
  } catch {
    return model;
  }
}

export const settingsSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  properties: {
    watch_enabled: {
      type: 'boolean',
      title: 'Watch the folder',
      description: 'New and changed PDFs in the folder are taken in by themselves.',
      default: true,
    },
    watch_path: {
      type: 'string',
      title: 'Watched folder',
      description: 'Set where the service is started. It is only ever read.',
      readOnly: true,
      'x-check': { path: '/check/folder', title: 'Check the folder' },
    },
    rescan_minutes: {
      type: 'integer',
      title: 'Look through the whole folder every … minutes',
      description: 'Also finds what the file system did not report.',
      minimum: 1,
      maximum: 1440,
      default: 5,
    },
    ...scheduleSchema,
    max_pdf_mb: {
      type: 'integer',
      title: 'Largest PDF in megabytes',
      minimum: 1,
      maximum: 200,
      default: 100,
    },
    ocr_enabled: {
      type: 'boolean',
      title: 'Read pictures of pages',
      description:
        'Scanned pages without text are read on this machine, one at a time and behind everything else.',
      default: true,
    },
    ocr_languages: {
      type: 'array',
      title: 'Languages of pictures',
      description: 'In which scanned pages are written: the most frequent first. Each more takes longer.',
      items: { type: 'string', oneOf: ocrModels.map((name) => ({ const: name, title: languageOf(name) })) },
      minItems: 1,
      maxItems: 4,
      uniqueItems: true,
      default: ocrModels.slice(0, 2),
    },
    ignore: {
      type: 'array',
      title: 'Ignored names',
      description: 'Beside hidden, temporary and lock files. `*` stands for anything, `?` for one character.',
      items: {
        type: 'string',
        minLength: 1,
        maxLength: 255,
        'x-choices-from': { path: '/choices/folders' },
      },
      maxItems: 200,
      uniqueItems: true,
      default: [],
    },
    ai_folder_suggestion: {
      type: 'boolean',
      title: 'Propose folders',
      description: 'For documents that lie in no folder yet. A person confirms; nothing is moved by itself.',
      default: true,
    },
    ai_rename_suggestion: {
      type: 'boolean',
      title: 'Propose titles and file names',
      description: 'For the record in the archive. The file in the watched folder keeps its name.',
      default: true,
    },
    ai_privacy: {
      type: 'string',
      title: 'Text for models',
      description:
        'What a connected model may read of folders that do not say it themselves (Inbox, Privacy).',
      // In the words of the dialog on privacy.
      oneOf: [
        { const: 'none', title: 'No model' },
        { const: 'local', title: 'A model in the house only' },
        { const: 'any', title: 'Any model' },
      ],
      default: 'local',
    },
    ai_documents_per_day: {
      type: 'integer',
      title: 'Documents a day for models',
      description: 'So many at most are sent to a connected model in 24 hours.',
      minimum: 0,
      maximum: 100_000,
      default: 200,
    },
    ...mailSchema,
  },
};

export const settingsUi = {
  order: [
    'watch_enabled',
    'watch_path',
    'rescan_minutes',
    'rescan_schedule',
    'max_pdf_mb',
    'ocr_enabled',
    'ocr_languages',
    'ignore',
    'ai_folder_suggestion',
    'ai_rename_suggestion',
    'ai_privacy',
    'ai_documents_per_day',
    'mail_accounts',
    'mail_minutes',
  ],
};

export const settingsReading = z.object({
  watch_enabled: z.boolean().catch(true),
  rescan_minutes: z.int().min(1).max(1440).catch(5),
  ...scheduleReading,
  max_pdf_mb: z.int().min(1).max(200).catch(100),
  ocr_enabled: z.boolean().catch(true),
  ocr_languages: z
    .array(z.string().refine((language) => ocrModels.includes(language)))
    .min(1)
    .catch(ocrModels.slice(0, 2)),
  ignore: z.array(z.string().max(255)).catch([]),
  ai_folder_suggestion: z.boolean().catch(true),
  ai_rename_suggestion: z.boolean().catch(true),
  ai_privacy: z.enum(['none', 'local', 'any']).catch('local'),
  ai_documents_per_day: z.int().min(0).max(100_000).catch(200),
  ...mailReading,
});

export type Settings = z.output<typeof settingsReading>;
