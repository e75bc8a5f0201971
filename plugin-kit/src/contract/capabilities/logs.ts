/** The protocol of the kind `logs`, version 1: lines with a time, searched by words, range and filters. */
import { z } from 'zod';

export const filterOperators = ['eq', 'ne', 'contains', 'starts_with', 'regex'] as const;

export const logFilter = z.object({
  field: z.string().regex(/^[A-Za-z_][\w.-]{0,127}$/, 'the name of a field'),
  op: z.enum(filterOperators),
  value: z.string().max(500),
});
export type LogFilter = z.output<typeof logFilter>;

const moment = z.iso.datetime({ offset: true });

export const logItem = z.object({
  at: moment,
  message: z.string().max(64 * 1024),
  /** `error`, `warning`, `info`, `debug`, or as the service says it. */
  level: z.string().max(32).nullable().default(null),
  fields: z
    .record(z.string().max(128), z.union([z.string().max(64 * 1024), z.number(), z.boolean(), z.null()]))
    .default({}),
});
export type LogItem = z.output<typeof logItem>;

const wanted = { query: z.string().max(1000), filters: z.array(logFilter).max(20) };

export const logsProtocol = {
  /** Newest first. `from` and `to` are moments; `to` itself is outside. */
  search: {
    input: z.object({
      ...wanted,
      from: moment,
      to: moment,
      limit: z.int().min(1).max(1000),
      cursor: z.string().max(2048).nullable(),
    }),
    answer: z.object({
      items: z.array(logItem).max(1000),
      next_cursor: z.string().min(1).max(2048).nullable().default(null),
    }),
  },
  /** The fields that a filter may name. */
  schema: {
    input: z.object({}),
    answer: z.object({
      fields: z
        .array(
          z.object({
            name: z.string().min(1).max(128),
            type: z.enum(['string', 'number', 'boolean']).default('string'),
            description: z.string().max(300).default(''),
            values: z.array(z.string().max(200)).max(100).default([]),
          }),
        )
        .max(500),
    }),
  },
};

/** `tail` answers `text/event-stream`: each event's data is one line, as in the answer of `search`. */
export const tailInput = z.object(wanted);
