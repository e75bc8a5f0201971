import { useEffect, useRef } from 'react';

type Shortcuts = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** Single keys for the whole view, by `KeyboardEvent.key`. While somebody types in a field, the keys are the field's. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  useEffect(() => void (latest.current = shortcuts));
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target))
        return;
      latest.current[event.key]?.(event);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox' && target.type !== 'button';
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(textarea|select)$/i.test(target.tagName))
  );
}
