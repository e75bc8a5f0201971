/** Mail, metrics and traces. */
import { z } from 'zod';
import { readPairs } from './lists.ts';
import type { PlatformRead } from './platform.config.ts';

export const operationsEnvironment = z.object({
  BERTH_SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe(
      'The mail server: `smtp://user:password@host:587`, or `smtps://…`. Without it there is no mail. Needs BERTH_PUBLIC_URL and BERTH_MAIL_FROM.',
    ),
  BERTH_MAIL_FROM: z
    .string()
    .min(3)
    .max(320)
    .optional()
    .describe('The sender of letters, such as `Berth <berth@example.org>`.'),
  BERTH_AUDIT_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(36_500)
    .default(0)
    .describe('How long rows of the audit are kept, in days; a row tells what went. 0: for ever.'),
  BERTH_METRICS_TOKEN: z
    .string()
    .regex(/^[A-Za-z0-9._~+/-]{16,256}=*$/, 'at least 16 letters and digits')
    .optional()
    .describe('Opens `/metrics` to a scraper that sends it as a bearer token. Default: superusers alone.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'An OpenTelemetry collector that takes OTLP over HTTP as JSON, such as `http://127.0.0.1:4318`: one span a request at the edge. Default: no traces.',
    ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('The whole address for traces, in the place of the collector’s with `/v1/traces`.'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .default('')
    .transform((list, context) => readPairs(list, (message) => context.addIssue({ code: 'custom', message })))
    .describe('Headers for the collector: `name=value,name=value`, values percent-encoded.'),
  OTEL_EXPORTER_OTLP_TIMEOUT: z.coerce
    .number()
    .int()
    .min(10)
    .max(60_000)
    .default(10_000)
    .describe('How long a batch of spans is tried, in milliseconds.'),
  OTEL_SERVICE_NAME: z
    .string()
    .min(1)
    .max(200)
    .default('berth-gateway')
    .describe('The name of this gateway in traces.'),
  OTEL_RESOURCE_ATTRIBUTES: z
    .string()
    .default('')
    .transform((list, context) => readPairs(list, (message) => context.addIssue({ code: 'custom', message })))
    .describe('What else traces say of this gateway: `deployment.environment.name=production,…`.'),
  OTEL_TRACES_SAMPLER: z
    .enum([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ])
    .default('parentbased_always_on')
    .describe(
      'Which requests are told as spans. With `parentbased_…` a caller that says whether it is sampled is believed.',
    ),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('For the two samplers with a ratio: 0.1 tells of one trace in ten.'),
  OTEL_SDK_DISABLED: z.string().default('').describe('`true`: no traces, whatever else is set.'),
});

type OperationsRead = z.output<typeof operationsEnvironment>;

export type TracingConfig = {
  url: string;
  headers: Record<string, string>;
  timeoutMs: number;
  resource: Record<string, string>;
  serverAddress: string;
  sampling: { believesCaller: boolean; ratio: number };
};

export function operationsConfig(read: OperationsRead & PlatformRead) {
  return {
    /** `null`: there is no mail. */
    smtp:
      read.BERTH_SMTP_URL === undefined || read.BERTH_MAIL_FROM === undefined
        ? null
        : { url: read.BERTH_SMTP_URL, from: read.BERTH_MAIL_FROM },
    auditDays: read.BERTH_AUDIT_DAYS,
    metricsToken: read.BERTH_METRICS_TOKEN ?? null,
    tracing: tracingIn(read),
  };
}

/** @returns `null`: no traces */
function tracingIn(read: OperationsRead & PlatformRead): TracingConfig | null {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: whole } = read;
  const url = whole ?? (base && `${base.replace(/\/$/, '')}/v1/traces`);
  if (url === undefined || read.OTEL_SDK_DISABLED.toLowerCase() === 'true') return null;
  return {
    url,
    headers: read.OTEL_EXPORTER_OTLP_HEADERS,
    timeoutMs: read.OTEL_EXPORTER_OTLP_TIMEOUT,
    resource: { ...read.OTEL_RESOURCE_ATTRIBUTES, 'service.name': read.OTEL_SERVICE_NAME },
    serverAddress: read.BERTH_PUBLIC_URL ? new URL(read.BERTH_PUBLIC_URL).hostname : read.BERTH_HOST,
    sampling: samplingIn(read),
  };
}

function samplingIn({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio }: OperationsRead) {
  const believesCaller = name.startsWith('parentbased_');
  if (name.endsWith('always_on')) return { believesCaller, ratio: 1 };
  if (name.endsWith('always_off')) return { believesCaller, ratio: 0 };
  return { believesCaller, ratio };
}
