import { Select } from '@mantine/core';
import { approves, type Approve } from '@berth/plugin-kit/contract/wire/offers.ts';

const words: Record<Approve, string> = {
  auto: 'Serves at once; asks when it wants more',
  first: 'Waits for your approval first',
  always: 'Waits for your approval with every change',
};

type ApproveFieldProps = { value: Approve; onChange: (value: Approve) => void };

export function ApproveField({ value, onChange }: ApproveFieldProps) {
  return (
    <Select
      label="Approval"
      description="Of what its manifest asks for."
      data={approves.map((one) => ({ value: one, label: words[one] }))}
      value={value}
      allowDeselect={false}
      onChange={(next) => {
        const found = approves.find((one) => one === next);
        if (found) onChange(found);
      }}
    />
  );
}
