import boxStyles from './boxes.module.css';
import styles from './text-tab.module.css';
import type { DocumentDetail } from '../api/wire.ts';
import { t } from '../words/words.ts';

/** The API answers with at most this much of a text. */
const excerptCharacters = 20_000;

/** What was read from the pages, as text: to select, to copy, and for screen readers. */
export function TextTab({ document: { text, pages, status } }: { document: DocumentDetail }) {
  if (text === null || text.trim() === '') {
    return (
      <p className={boxStyles['noPages']}>
        {pages === null && status !== 'stuck'
          ? t('The text appears here as soon as the file has been read.')
          : t('No text was found on the pages of this document.')}
      </p>
    );
  }
  const paragraphs = text.split(/\f|\n{2,}/).filter((paragraph) => paragraph.trim() !== '');
  return (
    <article className={styles['text']} aria-label={t('Text of the document')} dir="auto">
      {paragraphs.map((paragraph, index) => (
        <p key={index}>{paragraph}</p>
      ))}
      {text.length >= excerptCharacters && (
        <p className={boxStyles['aside']}>
          {t('This is the beginning of the text. All of it can be searched.')}
        </p>
      )}
    </article>
  );
}
