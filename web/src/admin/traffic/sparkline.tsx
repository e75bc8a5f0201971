/** The last minutes as a small line. The numbers beside it are the truth; this is for the eye alone. */
import { linePoints } from './numbers.rules.ts';
import styles from './traffic.module.css';

type SparklineProps = {
  values: readonly (number | null)[];
  tone?: 'plain' | 'bad';
  width?: number;
  height?: number;
  top?: number;
};

export function Sparkline({ values, tone = 'plain', width = 96, height = 24, top = 0 }: SparklineProps) {
  return (
    <svg
      className={styles['sparkline']}
      data-tone={tone}
      viewBox={`0 -1 ${width} ${height + 2}`}
      width={width}
      height={height}
      preserveAspectRatio="none"
      aria-hidden
    >
      {linePoints(values, width, height, top).map((points) => (
        <polyline key={points} points={points} vectorEffect="non-scaling-stroke" />
      ))}
    </svg>
  );
}
