/**
 * Keys of overlays: dialogs, drawers, menus, popovers and open lists. A key that goes down in one of them
 * closes it or chooses in it, and the focus moves before the key is up. The browser then sends the rest of
 * the same press (repeats, `keypress`, `keyup`) to what lies behind, where Enter and Space press a button.
 * One rule for all of them:
 *
 * - A press belongs to the overlay, or to the page, in which it began. The rest of it reaches nothing else.
 * - Listeners of the whole window hear no key that goes down in an overlay.
 * - Escape closes the innermost overlay alone. Enter in an open list never submits the form around it.
 *
 * Mantine's overlays carry the roles that this file looks for. Install it before anything else listens for
 * keys.
 */

/** Where a press began. `layer`: the overlay; `null`: the page itself. */
type Press = { target: EventTarget | null; layer: Element | null };

const overlays = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';
const acting = new Set(['Enter', ' ', 'Escape']);
const modals = '[role="dialog"][aria-modal="true"]';
/** Mantine's modals leave an Escape alone whose target carries this. */
const escapeTaken = 'data-mantine-stop-propagation';
const modifiers = new Set([
  'Shift',
  'Control',
  'Alt',
  'AltGraph',
  'Meta',
  'CapsLock',
  'NumLock',
  'ScrollLock',
  'Fn',
]);

const presses = new Map<string, Press>();
/** Only the key that went down last repeats while it is held. A modifier does nothing by itself. */
let lastDown: string | null = null;
let waiting: (() => void)[] = [];

/** @returns a function that ends it */
export function keepKeysInOverlays(view: Window = window): () => void {
  const { document } = view;

  /** First in line: window, capture. */
  const begins = (event: KeyboardEvent): void => {
    const key = nameOf(event);
    const press = presses.get(key);
    if (!modifiers.has(event.key)) lastDown = key;
    const layer = layerOf(event.target, document);
    if (event.repeat && press) {
      // Held down, a key that opens and closes goes on in one field: letters repeat there, what closed it
      // does not.
      const isSameField = event.target === press.target && !acting.has(event.key);
      if (layer !== press.layer && !isSameField) swallow(event);
      return;
    }
    presses.set(key, { target: event.target, layer });
    const isNested = layer !== null && !layer.matches(modals);
    if (event.key === 'Escape' && isNested && event.target instanceof Element)
      event.target.setAttribute(escapeTaken, 'true');
  };

  /** Last in line: window, after every element and the document. */
  const ends = (event: KeyboardEvent): void => {
    const layer = presses.get(nameOf(event))?.layer ?? null;
    if (layer === null) return;
    event.stopImmediatePropagation();
    if (event.key === 'Enter' && layer.matches('[role="listbox"]')) event.preventDefault();
  };

  const goesOn = (event: KeyboardEvent): void => {
    const press = presses.get(nameOf(event));
    if (press && isElsewhere(event, press)) swallow(event);
  };

  const isUp = (event: KeyboardEvent): void => {
    goesOn(event);
    presses.delete(nameOf(event));
    // While Command is down, macOS tells of no other key that it is up.
    if (event.key === 'Meta') presses.clear();
    if (lastDown !== null && !presses.has(lastDown)) noneIsHeld();
  };

  const forget = (): void => {
    presses.clear();
    noneIsHeld();
  };

  const isElsewhere = (event: KeyboardEvent, { target, layer }: Press): boolean =>
    event.target !== target && layerOf(event.target, document) !== layer;

  view.addEventListener('keydown', begins, true);
  view.addEventListener('keydown', ends);
  view.addEventListener('keypress', goesOn, true);
  view.addEventListener('keyup', isUp, true);
  view.addEventListener('blur', forget);
  return () => {
    forget();
    view.removeEventListener('keydown', begins, true);
    view.removeEventListener('keydown', ends);
    view.removeEventListener('keypress', goesOn, true);
    view.removeEventListener('keyup', isUp, true);
    view.removeEventListener('blur', forget);
  };
}

/**
 * For a focus that goes where the rest of a press cannot be held back: into a frame. At once when no key
 * is held. No clock ends the wait: a held key repeats for as long as a person holds it, and a slow page
 * hears of it late. A release that the page does not hear of takes the focus of the window with it, which
 * ends the wait too.
 */
export function whenKeysAreUp(then: () => void): void {
  if (lastDown === null) then();
  else waiting.push(then);
}

/** Whether a dialog or a drawer covers the page: no other one opens over it then. */
export function isCovered(document: Document): boolean {
  return document.querySelector(modals) !== null;
}

function noneIsHeld(): void {
  lastDown = null;
  const ready = waiting;
  waiting = [];
  for (const then of ready) then();
}

/**
 * The innermost overlay around an element. An open list belongs to the field that opened it, where the focus
 * stays.
 */
function layerOf(target: EventTarget | null, document: Document): Element | null {
  if (!(target instanceof Element)) return null;
  // Keys without a focused element are for the window in front.
  if (target === document.body) return [...document.querySelectorAll(modals)].at(-1) ?? null;
  const around = target.closest(overlays);
  const list = target.getAttribute('aria-expanded') === 'false' ? null : target.getAttribute('aria-controls');
  const opened = list === null ? null : document.getElementById(list);
  return opened?.matches('[role="listbox"]') && !around?.contains(opened) ? opened : around;
}

function nameOf({ code, key }: KeyboardEvent): string {
  return code || key;
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}
