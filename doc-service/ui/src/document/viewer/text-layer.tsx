import { memo, useMemo, type CSSProperties } from 'react';

import styles from './viewer.module.css';
import type { PageWords } from '../../api/viewing-wire.ts';
import { linesOf, type Area, type LineWord } from '../../model/text-lines.ts';

/**
 * The words of a page, unseen, over its picture: to select, to copy, and for screen readers. Lengths are shares of the
 * page's width (`cqw`), so that zooming draws nothing anew.
 */
export const TextLayer = memo(function TextLayer({ words }: { words: PageWords }) {
  const lines = useMemo(() => linesOf(words.words), [words]);
  const ruler = useMemo(() => window.document.createElement('canvas').getContext('2d'), []);
  return (
    <div className={styles['text']} dir="auto">
      {lines.map((line, index) => (
        <div key={index} className={styles['line']}>
          {line.map((word, at) => {
            const said = at === line.length - 1 ? word.text : `${word.text} `;
            return (
              <span key={at} style={wordStyle(word, said, words, ruler)}>
                {said}
              </span>
            );
          })}
        </div>
      ))}
    </div>
  );
});

const rulerFont = '100px sans-serif';

/** The letters of our font are stretched until they are as wide as the printed ones. */
function wordStyle(
  word: LineWord,
  said: string,
  page: PageWords,
  ruler: CanvasRenderingContext2D | null,
): CSSProperties {
  let stretch = 1;
  if (ruler !== null && word.height > 0) {
    ruler.font = rulerFont;
    const natural = (ruler.measureText(said).width / 100) * word.height;
    if (natural > 0) stretch = word.reach / natural;
  }
  return {
    left: `${(word.x / page.width) * 100}%`,
    top: `${(word.y / page.height) * 100}%`,
    fontSize: `${(word.height / page.width) * 100}cqw`,
    transform: `scaleX(${stretch})`,
  };
}

type MarksProps = { words: PageWords; current: number | null };

/** What was found, marked on the picture. @param current the one that the reader stands at */
export const Marks = memo(function Marks({ words, current }: MarksProps) {
  return (
    <div className={styles['marks']} aria-hidden>
      {words.marks.map((mark, index) => (
        <span key={index} data-current={index === current} style={shareOf(mark, words)} />
      ))}
    </div>
  );
});

function shareOf(area: Area, page: PageWords): CSSProperties {
  return {
    left: `${(area.x / page.width) * 100}%`,
    top: `${(area.y / page.height) * 100}%`,
    width: `${(area.width / page.width) * 100}%`,
    height: `${(area.height / page.height) * 100}%`,
  };
}
