/** The settings of this service: their JSON Schema (the form comes from it) and their defaults. */
import { installedModels } from '#platform/ocr-models.ts';
import { z } from 'zod';

const ocrModels = installedModels();

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
    },
    rescan_minutes: {
      type: 'integer',
      title: 'Look through the whole folder every … minutes',
      description: 'Also finds what the file system did not report.',
      minimum: 1,
      maximum: 1440,
      default: 5,
    },
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
      items: { type: 'string', enum: ocrModels },
      minItems: 1,
      maxItems: 4,
      uniqueItems: true,
      default: ocrModels.slice(0, 2),
    },
    ignore: {
      type: 'array',
      title: 'Ignored names',
      description: 'Beside hidden, temporary and lock files. `*` stands for anything, `?` for one character.',
      items: { type: 'string', minLength: 1, maxLength: 255 },
      maxItems: 200,
      uniqueItems: true,
      default: [],
    },
  },
};

export const settingsUi = {
  order: [
    'watch_enabled',
    'watch_path',
    'rescan_minutes',
    'max_pdf_mb',
    'ocr_enabled',
    'ocr_languages',
    'ignore',
  ],
};

export const settingsReading = z.object({
  watch_enabled: z.boolean().catch(true),
  rescan_minutes: z.int().min(1).max(1440).catch(5),
  max_pdf_mb: z.int().min(1).max(200).catch(100),
  ocr_enabled: z.boolean().catch(true),
  ocr_languages: z
    .array(z.string().refine((language) => ocrModels.includes(language)))
    .min(1)
    .catch(ocrModels.slice(0, 2)),
  ignore: z.array(z.string().max(255)).catch([]),
});

export type Settings = z.output<typeof settingsReading>;
