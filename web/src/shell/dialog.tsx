/** A window over the page that is there or not: whoever closes it goes on where they opened it, also by keyboard. */
import { whenKeysAreUp } from '@berth/plugin-kit/frame/overlay-keys.ts';
import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useState } from 'react';

/** For windows that are only drawn while they are open. */
export function Dialog(props: Omit<ModalProps, 'opened'>) {
  useFocusBack();
  return <Modal opened {...props} />;
}

/** The same for other things that cover the page: beside them, for as long as they are there. */
export function FocusBack(): null {
  useFocusBack();
  return null;
}

/** What opened the first of several windows that follow one another. */
let firstOpener: HTMLElement | null = null;

function useFocusBack(): void {
  const [opener] = useState(openerNow);
  useEffect(() => () => focusBack(opener), [opener]);
}

type Opener = { element: HTMLElement | null; otherwise: HTMLElement | null };

function openerNow(): Opener {
  const { activeElement } = document;
  const element =
    activeElement instanceof HTMLElement && activeElement !== document.body ? activeElement : null;
  if (element && !element.closest('[role="dialog"]')) {
    // An entry of a menu goes away with the menu, which is named by the button that opened it.
    const menu = element.closest('[role="menu"]')?.getAttribute('aria-labelledby');
    firstOpener = (menu ? document.getElementById(menu) : null) ?? element;
  }
  return { element, otherwise: firstOpener };
}

function focusBack({ element, otherwise }: Opener): void {
  const place =
    [element, otherwise].find((candidate) => candidate?.isConnected) ??
    document.querySelector<HTMLElement>('#content');
  const give = (): void => {
    // A focus that was moved meanwhile stays where it is.
    if (document.activeElement === null || document.activeElement === document.body)
      place?.focus({ preventScroll: true });
  };
  if (place instanceof HTMLIFrameElement) whenKeysAreUp(give);
  else give();
}
