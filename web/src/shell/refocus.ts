/** A button that is out of use while its answer is on its way loses the focus; this gives it to what is to be done next. */
import { type RefObject, useEffect, useRef } from 'react';

/** @returns for the form: once the answer is there, the focus is in its first wrong field, else on its button */
export function useRefocus(isPending: boolean): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  const wasPending = useRef(false);
  useEffect(() => {
    if (
      wasPending.current &&
      !isPending &&
      (document.activeElement === null || document.activeElement === document.body)
    )
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"], button[type="submit"]')?.focus();
    wasPending.current = isPending;
  }, [isPending]);
  return form;
}
