import { Button, Modal, PasswordInput, type ButtonProps } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';

import styles from './parts.module.css';
import { useRetryDocument } from '../context/retry.ts';
import { t } from '../words/words.ts';

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
      <Button
        size={size}
        variant="default"
        aria-label={t('Give the password of {title}', { title })}
        onClick={open}
      >
        {t('Give a password')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={end}
        title={t('The password of this file')}
        centered
        closeButtonProps={{ 'aria-label': t('Close') }}
      >
        <form
          className={styles['passwordForm']}
          onSubmit={(event) => {
            event.preventDefault();
            if (typed !== '') retry.mutate({ id, password: typed }, { onSuccess: end });
          }}
        >
          <PasswordInput
            label={t('Password')}
            description={t('It is used once, to read the text. It is not kept.')}
            value={typed}
            maxLength={500}
            autoComplete="off"
            data-autofocus
            error={retry.error === null ? null : retry.error.message}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          />
          <div className={styles['passwordEnd']}>
            <Button variant="default" onClick={end}>
              {t('Cancel')}
            </Button>
            <Button type="submit" disabled={typed === ''} loading={retry.isPending}>
              {t('Read it again')}
            </Button>
          </div>
        </form>
      </Modal>
    </>
  );
}
