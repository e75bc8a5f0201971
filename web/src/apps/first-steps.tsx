/** On Home, for superusers of a new Berth: what is left to do. It ticks itself, and can be put away. */
import { Button, Group, Progress, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconCircle from '@tabler/icons-react/dist/esm/icons/IconCircle.mjs';
import IconCircleCheck from '@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs';
import { Link } from '@tanstack/react-router';
import { factorsQuery } from '#api/factors-query.ts';
import { outboxCountsQuery } from '#api/mail.ts';
import { newestNotificationsQuery, useChangeNotifications } from '#api/notifications.ts';
import { peopleNamedQuery } from '#api/people.ts';
import { usePlugins } from '#api/plugins.ts';
import { tellFailure } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import { firstSteps } from './first-steps.rules.ts';
import cardStyles from './app-card.module.css';
import styles from './first-steps.module.css';

const hint = 'first-steps';

export function FirstSteps() {
  const dismissed = useQuery(newestNotificationsQuery).data?.choices.dismissed;
  const change = useChangeNotifications();
  if (dismissed === undefined || dismissed.includes(hint)) return null;
  const putAway = () =>
    change.mutate(
      { choices: { dismissed: [...dismissed, hint] } },
      { onError: (error) => tellFailure(t('It was not put away'), error) },
    );
  return <Steps onPutAway={putAway} />;
}

function Steps({ onPutAway }: { onPutAway: () => void }) {
  const factors = useQuery(factorsQuery).data;
  const people = useQuery(peopleNamedQuery('')).data;
  const mail = useQuery(outboxCountsQuery).data;
  const { plugins, isPending } = usePlugins();
  const steps = firstSteps({
    hasSecondFactor: factors && (factors.totp.enabled || factors.passkeys.length > 0),
    people: people?.length,
    extensions: isPending ? undefined : plugins.length,
    hasMail: mail?.configured,
  });
  if (!steps) return null;
  const done = steps.filter(({ isDone }) => isDone).length;
  if (done === steps.length) return null;
  return (
    <section className={`${cardStyles['card']} ${styles['firstSteps']}`} aria-label={t('First steps')}>
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} size="h3">
          {t('First steps')}
        </Title>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onPutAway}>
          {t('Put away')}
        </Button>
      </Group>
      <Progress
        value={(done / steps.length) * 100}
        aria-label={t('{done} of {count} steps are done', { done, count: steps.length })}
      />
      <ol>
        {steps.map(({ id, title, why, to, isDone }) => (
          <li key={id} data-done={isDone || undefined}>
            {isDone ? <IconCircleCheck size={20} aria-hidden /> : <IconCircle size={20} aria-hidden />}
            <div>
              <Text size="sm" fw={550}>
                {isDone ? title : <Link to={to}>{title}</Link>}
                {isDone ? <VisuallyHidden>: {t('done')}</VisuallyHidden> : null}
              </Text>
              {isDone ? null : (
                <Text size="sm" c="dimmed">
                  {why}
                </Text>
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
