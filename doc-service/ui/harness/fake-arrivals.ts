/** What came by which way, and the mailboxes, as the documents API tells of them. */
const at = '2026-11-20T08:00:00.000Z';

export function arrivalsOf(mayManage: boolean) {
  return {
    may_manage: mayManage,
    may_import: mayManage,
    days: 30,
    ways: mayManage
      ? [
          { way: 'watch', taken: 1204, refused: 2, last_at: at },
          { way: 'upload', taken: 31, refused: 1, last_at: at },
          { way: 'paperless', taken: 0, refused: 0, last_at: null },
          { way: 'dav', taken: 12, refused: 0, last_at: at },
          { way: 'mail', taken: 7, refused: 0, last_at: at },
          { way: 'import', taken: 0, refused: 0, last_at: null },
        ]
      : [],
    refused: [{ at, way: 'upload', name: 'holiday.jpg', reason: 'The file is not a PDF.' }],
  };
}

export const mail = {
  accounts: [
    {
      account: 'Bills',
      mailbox: 'INBOX',
      state: 'reading',
      detail: null,
      checked_at: at,
      messages: 8,
      done: 3,
      documents: 2,
    },
    {
      account: 'Office',
      mailbox: 'INBOX',
      state: 'failed',
      detail: 'The server refused the user or the password.',
      checked_at: at,
      messages: 0,
      done: 0,
      documents: 0,
    },
  ],
  next_at: '2026-11-20T08:10:00.000Z',
  not_taken: [{ uid: 5, detail: 'huge.pdf: larger than the limit.', at }],
};
