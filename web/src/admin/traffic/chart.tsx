/** Lines over time with axes; the pointer reads a moment. Fetched with the first chart that is drawn. */
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useReader } from '#shell/times.tsx';

export type ChartLine = { name: string; values: readonly (number | null)[]; tone: 'plain' | 'bad' };
type ChartProps = {
  /** Seconds since the epoch. */
  timesS: readonly number[];
  lines: readonly ChartLine[];
  label: string;
  format: (value: number) => string;
  /** The place under the pointer; `null`: it is elsewhere. */
  onHover: (index: number | null) => void;
};

const heightPx = 180;

export function Chart({ timesS, lines, label, format, onHover }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const reader = useReader();
  const scheme = useComputedColorScheme('light');
  const latest = useRef({ timesS, lines, format, onHover });
  latest.current = { timesS, lines, format, onHover };
  const { locale, timeZone } = reader;

  useEffect(() => {
    const place = box.current;
    if (!place) return;
    const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone });
    const colour = (name: string): string => getComputedStyle(place).getPropertyValue(name).trim();
    const grid = { stroke: colour('--mantine-color-default-border'), width: 1 };
    const axis = { stroke: colour('--mantine-color-dimmed'), grid, ticks: grid, font: '12px Inter Variable' };
    const made = new UPlot(
      {
        width: place.clientWidth,
        height: heightPx,
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false } },
        scales: { y: { range: (_, __, highest) => [0, Math.max(highest * 1.1, 1)] } },
        axes: [
          { ...axis, space: 70, values: (_, times) => times.map((time) => clock.format(time * 1000)) },
          { ...axis, size: 70, values: (_, values) => values.map((value) => latest.current.format(value)) },
        ],
        series: [
          {},
          ...latest.current.lines.map(({ name, tone }) => ({
            label: name,
            width: 2,
            stroke: colour(tone === 'bad' ? '--mantine-color-error' : '--mantine-color-anchor'),
            points: { show: true, size: 4 },
          })),
        ],
        hooks: { setCursor: [({ cursor }) => latest.current.onHover(cursor.idx ?? null)] },
      },
      dataOf(latest.current),
      place,
    );
    plot.current = made;
    const watcher = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height: heightPx }));
    watcher.observe(place);
    return () => {
      watcher.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [locale, timeZone, scheme]);
  useEffect(() => plot.current?.setData(dataOf({ timesS, lines })), [timesS, lines]);

  return <div ref={box} role="img" aria-label={label} style={{ height: heightPx, minWidth: 0 }} />;
}

function dataOf({ timesS, lines }: Pick<ChartProps, 'timesS' | 'lines'>): UPlot.AlignedData {
  return [[...timesS], ...lines.map(({ values }) => [...values])];
}
