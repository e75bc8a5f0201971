/** Imports of another archive, as the documents API tells of them. */
export type FakeImports = {
  folder: string | null;
  exports: string[];
  job: Record<string, unknown> | null;
};

/** A dry run is done at once; an import has a document that is not taken. */
export function startFakeImport(imports: FakeImports, name: string, isDryRun: boolean): void {
  imports.job = {
    name,
    is_dry_run: isDryRun,
    state: 'done',
    done: 3,
    total: 3,
    detail: null,
    report: {
      is_dry_run: isDryRun,
      documents: 3,
      new: 1,
      joined: 1,
      already: 0,
      refused: 1,
      fields: ['Amount', 'Archive serial number'],
      lines: [
        {
          document: null,
          text: '3 documents have an owner in Paperless. The name is kept in the field Owner.',
        },
        { document: 'Lease (22)', text: 'Not taken: 22.pdf is missing.' },
      ],
      lines_left_out: 0,
    },
  };
}
