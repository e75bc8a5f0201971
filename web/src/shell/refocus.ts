/**
 * A button that is out of use while its answer is on its way loses the focus; this gives it to what is to be
 * done next.
 */
import { type RefObject, useEffect, useRef } from 'react';

/** @returns for the form: with the answer the focus comes to its first wrong field, else to its button */
export function useRefocus(isPending: boolean): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  const wasPending = useRef(false);
  useEffect(() => {
    if (wasPending.current && !isPending && form.current) refocus(form.current);
    wasPending.current = isPending;
  }, [isPending]);
  return form;
}

/** A focus that was moved while the answer was on its way stays where it is. */
function refocus(form: HTMLFormElement): void {
  const submit = form.querySelector<HTMLElement>('button[type="submit"]');
  const { activeElement } = document;
  // The browser takes the focus from the button when it draws the next frame: a quick answer comes before.
  if (activeElement !== null && activeElement !== document.body && activeElement !== submit) return;
  (form.querySelector<HTMLElement>('[aria-invalid="true"]') ?? submit)?.focus();
}
