/** A dialog that is drawn while it is open: closing it gives the focus back to what opened it. */
import { Modal as PlainModal, type ModalProps } from '@mantine/core';
import { useEffect, useState } from 'react';

export function Modal(props: ModalProps) {
  const [opener] = useState(openerNow);
  useEffect(
    () => () => {
      // A focus that was moved meanwhile stays where it is.
      if (document.activeElement === null || document.activeElement === document.body)
        opener?.focus({ preventScroll: true });
    },
    [opener],
  );
  return <PlainModal {...props} />;
}

/** An entry of a menu goes away with the menu, which is named by the button that opened it. */
function openerNow(): HTMLElement | null {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement) || activeElement === document.body) return null;
  const menu = activeElement.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return (menu ? document.getElementById(menu) : null) ?? activeElement;
}
