/** Sentences that the archive puts together are known in German with what stands in them (G5). */
import { createSentences } from '@berth/plugin-kit/base/sentences.ts';
import { expect, test } from 'vitest';
import { catalogues } from './spoken.ts';

const { say } = createSentences(catalogues).in('de');

test.each([
  ['The file is encrypted: It wants a password.', 'Die Datei ist verschlüsselt: Es verlangt ein Passwort.'],
  ['The file is damaged: mupdf: no trailer', 'Die Datei ist beschädigt: mupdf: no trailer'],
  [
    '“bill. 2.pdf”: larger than the limit. “b.pdf”: The file is not a PDF.',
    '„bill. 2.pdf“: größer als erlaubt. „b.pdf“: Die Datei ist kein PDF.',
  ],
  ['Not taken: a.pdf is missing; b.png is no PDF.', 'Nicht übernommen: a.pdf fehlt; b.png ist kein PDF.'],
  [
    'Field “Date”: “soon” is left out: must be a date such as 2026-03-31.',
    'Feld „Date“: „soon“ entfällt: muss ein Datum wie 2026-03-31 sein.',
  ],
  [
    'Title “x” is left out: a title must have at most 200 characters.',
    'Titel „x“ entfällt: ein Titel darf höchstens 200 Zeichen haben.',
  ],
  ['Its storage path (3) is not in the export.', 'Nicht im Export: Speicherpfad (3).'],
  [
    'It is so with 7 of the 8 documents that are most like it, some of the same sender.',
    'So ist es bei 7 der 8 Dokumente, die ihm am ähnlichsten sind, einige vom selben Absender.',
  ],
  [
    'The archive and the model agree. The model says: It is a bill.',
    'Archiv und Modell stimmen überein. Das Modell sagt: It is a bill.',
  ],
  [
    '“tags” must be a list of tags. “date” must be a date such as 2026-03-31.',
    '„tags“ muss eine Liste von Schlagwörtern sein. „date“ muss ein Datum wie 2026-03-31 sein.',
  ],
])('G5: in German: %s', (said, german) => {
  expect(say(said)).toBe(german);
});
