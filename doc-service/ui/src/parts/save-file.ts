/**
 * The frame may not navigate to the API, so the bytes are fetched and handed to the browser under a name of
 * our choice.
 */
export function saveFile(bytes: Blob, filename: string): void {
  const url = URL.createObjectURL(bytes);
  const link = window.document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
  // The browser has taken hold of the blob by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
