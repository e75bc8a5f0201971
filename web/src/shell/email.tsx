/** An e-mail address where room may be short: it breaks before its `@` and its dots, not in a word. */
import { Fragment } from 'react';
import styles from './email.module.css';

/** @param children the address, or a text with one in it */
export function Email({ children }: { children: string }) {
  const pieces = children.split(/(?<=[^\s@.])(?=[@.][^\s@.])/);
  return (
    <span className={styles['address']}>
      {pieces.map((piece, index) => (
        // The pieces of a text have no names and do not move.
        // oxlint-disable-next-line react/no-array-index-key
        <Fragment key={index}>
          {index === 0 ? null : <wbr />}
          {piece}
        </Fragment>
      ))}
    </span>
  );
}
