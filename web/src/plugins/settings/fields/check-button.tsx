/** Asks the container whether the draft works, before it is saved. */
import type { CheckOffer } from '@berth/plugin-kit/contract/live.ts';
import { Button, Group, Text } from '@mantine/core';
import IconCircleCheck from '@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs';
import IconCircleX from '@tabler/icons-react/dist/esm/icons/IconCircleX.mjs';
import { useState } from 'react';
import { t } from '#words/words.ts';

import type { Verdict } from '../live-form.ts';
import textStyles from '#shell/text.module.css';

type CheckButtonProps = { offer: CheckOffer; label: string; check: (path: string) => Promise<Verdict> };

export function CheckButton({ offer, label, check }: CheckButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const [verdict, setVerdict] = useState<Pick<Verdict, 'ok' | 'message'> | null>(null);
  const ask = async (): Promise<void> => {
    setAsking(true);
    setVerdict(null);
    try {
      const found = await check(offer.path);
      setVerdict({
        ok: found.ok,
        message: found.message || (found.ok ? t('It works.') : t('It does not work.')),
      });
    } catch (error) {
      setVerdict({
        ok: false,
        message: error instanceof Error ? error.message : t('It could not be checked.'),
      });
    } finally {
      setAsking(false);
    }
  };
  const Icon = verdict?.ok ? IconCircleCheck : IconCircleX;
  return (
    <Group gap="sm" mt={8}>
      <Button
        variant="default"
        size="compact-sm"
        loading={isAsking}
        onClick={() => void ask()}
        aria-label={`${offer.title}: ${label}`}
      >
        {offer.title}
      </Button>
      <Group gap={6} role="status" wrap="nowrap" style={{ minWidth: 0 }}>
        {verdict ? (
          <>
            <Icon
              size={16}
              aria-hidden
              color={verdict.ok ? 'var(--mantine-color-teal-7)' : 'var(--mantine-color-error)'}
            />
            <Text size="sm" className={textStyles['breakable']}>
              {verdict.message}
            </Text>
          </>
        ) : null}
      </Group>
    </Group>
  );
}
