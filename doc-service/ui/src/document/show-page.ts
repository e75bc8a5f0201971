export function pageElementId(page: number): string {
  return `page-${page}`;
}

export function showPage(page: number): void {
  window.document.querySelector(`#${pageElementId(page)}`)?.scrollIntoView({ block: 'start' });
}
