import type { AnchorHTMLAttributes, MouseEvent } from 'react';

import { pathOf, type Place } from '../model/location.ts';
import { useSurroundings } from './app-context.tsx';

type Props = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> & { to: Place };

/** A link inside the page: a real one for screen readers and the status line, followed without leaving the page. */
export function Link({ to, onClick, children, ...rest }: Props) {
  const { go } = useSurroundings();
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    event.preventDefault();
    go(to);
  };
  return (
    <a {...rest} href={pathOf(to)} onClick={follow}>
      {children}
    </a>
  );
}
