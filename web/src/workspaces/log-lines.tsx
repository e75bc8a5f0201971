/** Lines of logs: time, level and message; the fields of a line unfold below it. */
import { Badge, Code, Stack, Text } from '@mantine/core';
import type { LogItem } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { exactTime, useReader } from '#shell/times.tsx';
import { t } from '#words/words.ts';
import textStyles from '#shell/text.module.css';
import styles from './log-lines.module.css';

const colors: Readonly<Record<string, string>> = {
  error: 'red',
  warning: 'yellow',
  warn: 'yellow',
  fatal: 'red',
};

export function LogLines({ lines }: { lines: readonly LogItem[] }) {
  const reader = useReader();
  return (
    <Stack gap={0} component="ol" p={0} m={0} aria-label={t('Lines')} style={{ listStyle: 'none' }}>
      {lines.map((line, index) => (
        // Lines have no name of their own, and the list only grows at its end.
        <li key={`${line.at} ${index}`} className={styles['logLine']}>
          <details>
            <summary>
              <Text span size="xs" c="dimmed" className={textStyles['mono']}>
                <time dateTime={line.at}>{exactTime(line.at, reader)}</time>
              </Text>{' '}
              {line.level === null ? null : (
                <Badge
                  size="sm"
                  color={colors[line.level.toLowerCase()] ?? 'gray'}
                  className={textStyles['whole']}
                >
                  {line.level}
                </Badge>
              )}{' '}
              <span className={textStyles['mono']}>{line.message}</span>
            </summary>
            <Code block tabIndex={0} aria-label={t('Fields of the line')} mt={4}>
              {JSON.stringify(line.fields, null, 2)}
            </Code>
          </details>
        </li>
      ))}
    </Stack>
  );
}
