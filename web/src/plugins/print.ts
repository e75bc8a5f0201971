/**
 * Prints a PDF that a page of an extension hands over: its own frame may open no dialog, and no PDF viewer
 * runs in it. What is no PDF by its bytes is not shown, and what is shown counts as a PDF whatever the page
 * called it, so that nothing of a page ever runs with the shell's rights.
 */
const frameId = 'print-frame';
/** A reader accepts the mark anywhere in the first 1,024 bytes. */
const markWithinBytes = 1024;

/** `opened`: in a tab, for the reader to print from there. */
export type Printed = 'printed' | 'opened' | 'blocked' | 'no-pdf';

export async function printPdf(file: Blob): Promise<Printed> {
  const head = await file.slice(0, markWithinBytes).text();
  if (!head.includes('%PDF-')) return 'no-pdf';
  forgetLast();
  const url = URL.createObjectURL(file.slice(0, file.size, 'application/pdf'));
  const frame = document.createElement('iframe');
  frame.id = frameId;
  frame.dataset['url'] = url;
  frame.tabIndex = -1;
  frame.ariaHidden = 'true';
  // Not `hidden`: what is not drawn starts no viewer.
  Object.assign(frame.style, { position: 'fixed', width: '0', height: '0', border: '0', bottom: '0' });
  // On a phone a frame prints as one picture, or not at all.
  const canPrint = navigator.pdfViewerEnabled && !matchMedia('(pointer: coarse)').matches;
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  if (canPrint) frame.src = url;
  document.body.append(frame);
  if (!canPrint) return openTab(url);
  await loaded;
  try {
    frame.contentWindow?.focus();
    frame.contentWindow?.print();
    return 'printed';
  } catch {
    // A viewer that is of another origin, as Firefox has it.
    return openTab(url);
  }
}

function openTab(url: string): Printed {
  return window.open(url, '_blank') === null ? 'blocked' : 'opened';
}

/** The last one stays until the next: its dialog, or its tab, may still read it. */
function forgetLast(): void {
  const last = document.getElementById(frameId);
  if (last?.dataset['url'] !== undefined) URL.revokeObjectURL(last.dataset['url']);
  last?.remove();
}
