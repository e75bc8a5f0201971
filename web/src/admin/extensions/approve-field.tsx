import { Select } from '@mantine/core';
import { approves, type Approve } from '@berth/plugin-kit/contract/wire/offers.ts';
import { msg, t, type Message } from '#words/words.ts';

export const approveWords: Record<Approve, Message> = {
  auto: msg('Serves at once; asks when it wants more'),
  first: msg('Waits for your approval first'),
  always: msg('Waits for your approval with every change'),
};

type ApproveFieldProps = { value: Approve; onChange: (value: Approve) => void };

export function ApproveField({ value, onChange }: ApproveFieldProps) {
  return (
    <Select
      label={t('Approval')}
      description={t('Of what its manifest asks for.')}
      data={approves.map((one) => ({ value: one, label: t(approveWords[one]) }))}
      value={value}
      allowDeselect={false}
      onChange={(next) => {
        const found = approves.find((one) => one === next);
        if (found) onChange(found);
      }}
    />
  );
}
