import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readConfig } from '#config.ts';
import { requestIds } from '#edge/http/request-ids.ts';
import { sampler } from './sampling.rules.ts';
import { factsOf } from './span.rules.ts';
import { useRig, all, caller, line } from './testing/collector.ts';

useRig();

describe('spans', () => {
  const ids = { traceId: () => 'f'.repeat(32), spanId: () => 'e'.repeat(16) };

  test.each<[string, string | null]>([
    ['another version', `01-${caller.trace}-${caller.span}-01`],
    ['no trace', `00-${'0'.repeat(32)}-${caller.span}-01`],
    ['words', 'x'],
    ['another trace than the container got', `00-${'9'.repeat(32)}-${caller.span}-01`],
    ['nothing', null],
  ])('what the caller sent and means nothing is no parent: %s', (_, sentTraceparent) => {
    expect(factsOf(line({ sentTraceparent }), 'h', ids, sampler(all))).toMatchObject({
      traceId: caller.trace,
      spanId: '1111111111111111',
      parentSpanId: null,
      isSampled: true,
    });
  });

  test('a request that no plugin heard of has ids of its own, begins when it began and tells which limit ended it', () => {
    const facts = factsOf(
      line({ traceparent: null, pluginId: null, route: null, status: 429, limit: 'rate', firstByteMs: null }),
      'h',
      ids,
      sampler(all),
    );
    expect(facts).toMatchObject({
      traceId: 'f'.repeat(32),
      spanId: 'e'.repeat(16),
      name: 'GET',
      startMs: 1_700_000_000_000 - 12.5,
      isError: false,
    });
    expect(Object.keys(facts.attributes)).not.toContain('http.route');
    expect(facts.attributes['berth.limit']).toBe('rate');
  });

  test('the standard variables: the collector or the whole address, and an off switch; a wrong one stops the start without its value', () => {
    const read = (env: Record<string, string>) =>
      readConfig({ DATABASE_URL: 'postgresql://localhost/x', ...env }).tracing;
    expect(read({})).toBeNull();
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' })?.url).toBe('http://c:4318/v1/traces');
    expect(
      read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/x' })
        ?.url,
    ).toBe('http://t/x');
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'true' })).toBeNull();
    expect(() => read({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=%E0%A4%A' })).toThrow(
      /OTEL_EXPORTER_OTLP_HEADERS(?!.*%E0)/,
    );
  });
});

describe('E11 L8 sampling', () => {
  const samplingOf = (env: Record<string, string>) =>
    readConfig({
      DATABASE_URL: 'postgresql://localhost/x',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318',
      ...env,
    }).tracing?.sampling;

  test('the standard variables, and what they say', () => {
    const of = (name: string) => samplingOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: '0.25' });
    expect(samplingOf({})).toEqual(all);
    expect(of('always_on')).toEqual({ believesCaller: false, ratio: 1 });
    expect(of('always_off')).toEqual({ believesCaller: false, ratio: 0 });
    expect(of('traceidratio')).toEqual({ believesCaller: false, ratio: 0.25 });
    expect(of('parentbased_always_on')).toEqual(all);
    expect(of('parentbased_always_off')).toEqual({ believesCaller: true, ratio: 0 });
    expect(of('parentbased_traceidratio')).toEqual({ believesCaller: true, ratio: 0.25 });
    for (const env of [
      { OTEL_TRACES_SAMPLER: 'jaeger_remote' },
      { OTEL_TRACES_SAMPLER_ARG: '2' },
      { OTEL_TRACES_SAMPLER_ARG: 'x' },
    ])
      expect(() => samplingOf(env)).toThrow(/OTEL_TRACES_SAMPLER/);
  });

  test('a ratio is the share of traces that is told, the same traces for whoever has the same ratio, and more with a larger one', () => {
    const ids = Array.from({ length: 20_000 }, () => randomBytes(16).toString('hex'));
    const told = (ratio: number) =>
      new Set(ids.filter((id) => sampler({ believesCaller: false, ratio })(id, 1)));
    const [tenth, half] = [told(0.1), told(0.5)];
    expect(tenth.size / ids.length).toBeCloseTo(0.1, 1);
    expect(half.size / ids.length).toBeCloseTo(0.5, 1);
    expect([...tenth].every((id) => half.has(id))).toBe(true);
    expect([told(0).size, told(1).size]).toEqual([0, ids.length]);
    // The bound of the SDKs of Go and Java for one half, in the upper bits of the id's lower half.
    expect(
      ['7fffffffffffffff', '8000000000000000'].map((low) =>
        sampler({ believesCaller: false, ratio: 0.5 })(`f00000000000000f${low}`, null),
      ),
    ).toEqual([true, false]);
  });

  const low = `00-${'1'.repeat(32)}-${caller.span}`;
  const high = `00-${'e'.repeat(32)}-${caller.span}`;

  test.each([
    ['a caller is believed', { believesCaller: true, ratio: 0.5 }, `${low}-00`, '00'],
    ['a caller is believed, also beyond the ratio', { believesCaller: true, ratio: 0.5 }, `${high}-01`, '01'],
    ['a caller is not believed', { believesCaller: false, ratio: 0.5 }, `${high}-01`, '00'],
    ['a caller is not believed, the other way', { believesCaller: false, ratio: 0.5 }, `${low}-00`, '01'],
    ['other flags stay', { believesCaller: false, ratio: 0 }, `${low}-ff`, 'fe'],
    ['nothing came, all are told', all, null, '01'],
    ['nothing came, none is told', { believesCaller: true, ratio: 0 }, null, '00'],
    ['nothing sane came', { believesCaller: true, ratio: 0 }, 'x', '00'],
  ])('%s: the container hears what the span follows', (_, sampling, sent, flags) => {
    const isSampled = sampler(sampling);
    const traceparent = requestIds(isSampled).traceparent(sent);
    expect(traceparent.slice(53)).toBe(flags);
    expect(
      factsOf(
        line({ traceparent, sentTraceparent: sent }),
        'h',
        { traceId: () => '', spanId: () => '' },
        isSampled,
      ).isSampled,
    ).toBe(Number.parseInt(flags, 16) % 2 === 1);
  });

  test('a request that no container heard of is decided about alike', () => {
    const none = { traceId: () => 'e'.repeat(32), spanId: () => 'e'.repeat(16) };
    const told = (sentTraceparent: string | null, believesCaller: boolean) =>
      factsOf(
        line({ traceparent: null, sentTraceparent }),
        'h',
        none,
        sampler({ believesCaller, ratio: 0.5 }),
      ).isSampled;
    expect([
      told(null, true),
      told(`${low}-00`, true),
      told(`${low}-00`, false),
      told(`${high}-01`, true),
    ]).toEqual([false, false, true, true]);
  });

  test('where nobody wants traces, a sane traceparent goes on as it came', () => {
    expect(requestIds().traceparent(`${low}-00`)).toBe(`${low}-00`);
    expect(requestIds().traceparent(null)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});
