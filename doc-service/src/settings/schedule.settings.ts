/** When the folder is looked through at fixed times: the form refuses what is no cron expression. */
import { z } from 'zod';

const of = (number: string): string => {
  const part = `(?:\\*|(?:${number})(?:-(?:${number}))?)(?:/[1-9]\\d?)?`;
  return `${part}(?:,${part})*`;
};
const fields = ['[0-5]?\\d', '[01]?\\d|2[0-3]', '0?[1-9]|[12]\\d|3[01]', '0?[1-9]|1[0-2]', '[0-7]'];
const pattern = `^(?:|${fields.map(of).join(' +')})$`;

export const scheduleSchema = {
  rescan_schedule: {
    type: 'string',
    title: 'And at these times',
    description:
      'A cron expression: minute, hour, day, month, day of the week. `0 3 * * *`: each night. Empty for none.',
    pattern,
    maxLength: 100,
    default: '',
  },
};
export const scheduleReading = {
  rescan_schedule: z.string().max(100).regex(new RegExp(pattern, 'u')).catch(''),
};
