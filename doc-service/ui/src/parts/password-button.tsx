import { Button, Modal, PasswordInput, type ButtonProps } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';

import styles from './parts.module.css';
import { useRetryDocument } from '../context/retry.ts';

type Props = { id: string; title: string } & Pick<ButtonProps, 'size'>;

/** For a file that opens with a password: asks for it and has the file read again. */
export function PasswordButton({ id, title, size = 'compact-sm' }: Props) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [typed, setTyped] = useState('');
  const retry = useRetryDocument();
  const end = () => {
    close();
    setTyped('');
    retry.reset();
  };
  return (
    <>
      <Button size={size} variant="default" aria-label={`Give the password of ${title}`} onClick={open}>
        Give a password
      </Button>
      <Modal
        opened={isOpen}
        onClose={end}
        title="The password of this file"
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <form
          className={styles['passwordForm']}
          onSubmit={(event) => {
            event.preventDefault();
            if (typed !== '') retry.mutate({ id, password: typed }, { onSuccess: end });
          }}
        >
          <PasswordInput
            label="Password"
            description="It is used once, to read the text. It is not kept."
            value={typed}
            maxLength={500}
            autoComplete="off"
            data-autofocus
            error={retry.error === null ? null : retry.error.message}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          />
          <div className={styles['passwordEnd']}>
            <Button variant="default" onClick={end}>
              Cancel
            </Button>
            <Button type="submit" disabled={typed === ''} loading={retry.isPending}>
              Read it again
            </Button>
          </div>
        </form>
      </Modal>
    </>
  );
}
