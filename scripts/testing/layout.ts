/**
 * What is wrong with a page whatever fonts the machine has: things that stick out, texts that lie over each
 * other or are cut, targets that no finger hits, words that are no words.
 */
import type { Frame, Page } from 'playwright-core';

export type LayoutOptions = {
  /** Targets are held to a finger's size. */
  isPhone?: boolean;
  /** Each page of the shell has one `h1`; a frame whose head the shell draws may have none in sight. */
  heads?: 'one' | 'any';
};

/** @returns one line a fault */
export async function layoutFaults(
  where: Page | Frame,
  { isPhone = false, heads = 'one' }: LayoutOptions = {},
): Promise<string[]> {
  const found = [
    await where.evaluate(textFaults),
    await where.evaluate(targetFaults, isPhone ? 44 : 24),
    await where.evaluate(wordFaults, heads),
  ];
  return [...new Set(found.flat())];
}

/** Runs in the page, so it carries all that it needs. */
function textFaults(): string[] {
  type Box = { left: number; top: number; right: number; bottom: number };
  const faults: string[] = [];
  const texts: (Box & { element: Element; words: string })[] = [];
  const short = (words: string) => `“${words.trim().slice(0, 50)}”`;
  const hasAbove = (element: Element, is: (style: CSSStyleDeclaration, at: Element) => boolean): boolean => {
    for (let at: Element | null = element; at; at = at.parentElement)
      if (is(getComputedStyle(at), at)) return true;
    return false;
  };
  const isShown = (element: Element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });

  for (const element of document.body.querySelectorAll('*')) {
    if (element.closest('svg, script, style, noscript, [inert]') || !isShown(element)) continue;
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || (node.textContent ?? '').trim() === '') continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        const box = rect.width < 1 ? null : clipped(rect, element);
        if (box) texts.push({ ...box, element, words: node.textContent ?? '' });
      }
    }
  }

  const over = document.documentElement.scrollWidth - innerWidth;
  if (over > 0) faults.push(`the page is ${over} px wider than the window`);
  // What scrolls up and down scrolls sideways too of itself; a table or a code box may, a page may not.
  const pages = 'main, :has(> #content)';
  for (const page of document.querySelectorAll(pages))
    if (getComputedStyle(page).overflowX !== 'visible' && page.scrollWidth > page.clientWidth)
      faults.push('the content scrolls sideways');
  for (const { element, right, left, words } of texts)
    if (
      (right > innerWidth + 1 || left < -1) &&
      !hasAbove(element, ({ overflowX }, at) => /auto|scroll/.test(overflowX) && !at.matches(pages))
    )
      faults.push(`outside of the window: ${short(words)}`);
  for (const element of new Set(texts.map((text) => text.element))) {
    const { overflowX, textOverflow } = getComputedStyle(element);
    const isCut = overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1;
    if (isCut && textOverflow !== 'ellipsis') faults.push(`cut off: ${short(element.textContent ?? '')}`);
  }
  const still = texts.filter(
    ({ element }) => !hasAbove(element, ({ position }) => position === 'fixed' || position === 'sticky'),
  );
  still.sort((one, other) => one.top - other.top);
  still.forEach((one, index) => {
    for (const other of still.slice(index + 1)) {
      if (other.top >= one.bottom) break;
      if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (wide > 3 && high > 4) faults.push(`over each other: ${short(one.words)} and ${short(other.words)}`);
    }
  });
  return faults;

  /** What is left of a box inside all that cuts it off, or null where nothing is. */
  function clipped(box: Box, element: Element): Box | null {
    let left = box;
    for (let at: Element | null = element; at; at = at.parentElement) {
      const { overflowX, overflowY, position } = getComputedStyle(at);
      if (overflowX !== 'visible' || overflowY !== 'visible') {
        const edge = at.getBoundingClientRect();
        left = {
          left: Math.max(left.left, edge.left),
          right: Math.min(left.right, edge.right),
          top: Math.max(left.top, edge.top),
          bottom: Math.min(left.bottom, edge.bottom),
        };
        if (left.right - left.left < 3 || left.bottom - left.top < 3) return null;
      }
      if (position === 'fixed') break;
    }
    return left;
  }
}

/** Runs in the page. */
function targetFaults(targetPx: number): string[] {
  const faults: string[] = [];
  const targets =
    'a[href], button, input, select, textarea, summary, [role="button"], [role="tab"], [role="switch"]';
  for (const element of document.querySelectorAll(targets)) {
    if (element.matches(':disabled, [inert] *, [aria-hidden="true"]') || !element.checkVisibility()) continue;
    if (element.getBoundingClientRect().bottom <= 0) continue;
    const { width, height } = hitBox(element);
    // A link within a sentence is as high as its line; what is hidden for the eye is no target.
    const isInline = element.matches('a') && getComputedStyle(element).display === 'inline';
    if (isInline || width < 2 || height < 2 || Math.min(width, height) >= targetPx - 0.5) continue;
    const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
    faults.push(
      `small target (${Math.round(width)} × ${Math.round(height)}): <${element.tagName.toLowerCase()}> “${name.slice(0, 60)}”`,
    );
  }
  return faults;

  /** A box that is ticked is hit by its label too, and a control by the whole field around it. */
  function hitBox(element: Element): { width: number; height: number } {
    const own = withDrawn(element);
    if (!(element instanceof HTMLInputElement)) return own;
    const around = [...(element.labels ?? []), element.closest('[class*="Input-wrapper"]')].map((label) =>
      label ? withDrawn(label) : own,
    );
    return {
      width: Math.max(own.width, ...around.map(({ width }) => width)),
      height: Math.max(own.height, ...around.map(({ height }) => height)),
    };
  }
  /** What is drawn before or after it may widen what a finger hits. */
  function withDrawn(element: Element): { width: number; height: number } {
    const { width, height } = element.getBoundingClientRect();
    const drawn = ['::before', '::after']
      .map((part) => getComputedStyle(element, part))
      .filter(({ content, position }) => content !== 'none' && position === 'absolute');
    return {
      width: Math.max(width, ...drawn.map((style) => Number.parseFloat(style.width) || 0)),
      height: Math.max(height, ...drawn.map((style) => Number.parseFloat(style.height) || 0)),
    };
  }
}

/** Runs in the page. */
function wordFaults(heads: 'one' | 'any'): string[] {
  const faults: string[] = [];
  const shown = Array.from(document.querySelectorAll('h1')).filter((head) => head.checkVisibility()).length;
  if (heads === 'one' && shown !== 1) faults.push(`${shown} heads of the first level`);
  const raw =
    /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\bundefined\b|\bNaN\b|\[object |Invalid Date/.exec(
      document.body.innerText,
    );
  if (raw) faults.push(`no words for people: ${raw[0]}`);
  for (const image of document.images)
    if (image.checkVisibility() && image.complete && image.naturalWidth === 0)
      faults.push(`a broken picture: ${image.alt}`);
  return faults;
}
