/**
 * Uploads as the programs for Paperless-ngx send them: one form with the file and what is said of it. What
 * is said here is a person's word, not a proposal.
 */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono } from 'hono';
import type { Arrived, Arriving, Said } from './arrivals.types.ts';
import type { Tally } from './tally.ts';
import { saidIn, serialNumberIn } from './paperless.rules.ts';

/** The archive's own field for Paperless's archive serial number: the first of these that is there. */
const serialNumberKeys = ['archive-serial-number', 'asn'] as const;

export function paperlessRoutes<Person extends { userId: string }, Checked>(
  arriving: Arriving<Person, Checked>,
  tally: Pick<Tally, 'noted'>,
): Hono {
  const routes = new Hono();

  routes.on('POST', ['/documents/post_document/', '/documents/post_document'], async (c) => {
    const editor = arriving.editorOf(c);
    const arrival = { way: 'paperless', ownerId: editor.userId, name: '' } as const;
    return tally.noted(arrival, async () => {
      const { fields, ...received } = await arriving.receiveForm(c, 'document');
      const said: Said = { ...saidIn(fields), ...(await serialNumber(serialNumberIn(fields))) };
      const checked = await arriving.check(editor, said);
      return c.json(await arriving.take(received, editor, checked));
    });
  });

  // The clients ask what became of it with the answer to the upload; a task and its document have one id.
  routes.on('GET', ['/tasks/', '/tasks'], async (c) => {
    const taskId = c.req.query('task_id');
    const found =
      taskId === undefined ? null : await arriving.find(arriving.editorOf(c), taskId.toLowerCase());
    return c.json(found ? [taskOf(found)] : []);
  });

  async function serialNumber(number: number | null): Promise<Pick<Said, 'fields'>> {
    if (number === null) return {};
    const known = await arriving.fieldKeys();
    const key = serialNumberKeys.find((one) => known.includes(one));
    if (key !== undefined) return { fields: { [key]: number } };
    const detail =
      'is kept in a field of the archive: a superuser adds one of the name Archive serial number first';
    throw new Problem('invalid', { errors: [{ pointer: '/archive_serial_number', detail }] });
  }

  return routes;
}

const statuses: Readonly<Record<string, string>> = { searchable: 'SUCCESS', stuck: 'FAILURE' };

/** As the clients of Paperless read it. */
function taskOf({ id, filename, state, error }: Arrived) {
  return {
    id,
    task_id: id,
    task_file_name: filename,
    type: 'file',
    status: statuses[state] ?? 'STARTED',
    result: error ?? (state === 'searchable' ? `Success. New document id ${id} created` : null),
    acknowledged: false,
    related_document: state === 'searchable' ? id : null,
  };
}
