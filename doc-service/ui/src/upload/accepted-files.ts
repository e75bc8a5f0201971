/** What the browser's window for files offers. */
export const acceptedFiles = 'application/pdf,.pdf';
