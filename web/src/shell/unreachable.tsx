/** Above every page while nothing of the gateway's arrives; it goes away by itself. */
import IconCloudOff from '@tabler/icons-react/dist/esm/icons/IconCloudOff.mjs';
import { isUnreachable } from '#api/client.ts';
import { usePlugins } from '#api/plugins.ts';
import { t } from '#words/words.ts';
import styles from './unreachable.module.css';

export function Unreachable() {
  const { error } = usePlugins();
  return (
    <div role="status" className={styles['noticeLine']}>
      {isUnreachable(error) ? (
        <p className={styles['unreachable']}>
          <IconCloudOff size={16} aria-hidden />
          {t('Berth is not answering. What you see may be old. Trying again.')}
        </p>
      ) : null}
    </div>
  );
}
