import { ActionIcon, Menu, NumberInput, UnstyledButton } from '@mantine/core';
import {
  IconChevronDown,
  IconLayoutSidebar,
  IconMinus,
  IconPlus,
  IconPrinter,
  IconRotateClockwise,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';

import styles from './viewer.module.css';
import type { DocumentDetail } from '../../api/wire.ts';
import { useSurroundings } from '../../context/app-context.tsx';
import { formatCount } from '../../model/format.ts';
import type { Zoom } from '../../model/page-layout.ts';
import { saveFile } from '../../parts/save-file.ts';
import { msg, t } from '../../words/words.ts';

type Props = {
  document: DocumentDetail;
  page: number;
  count: number;
  zoom: Zoom;
  /** How large the page in view is drawn. */
  scale: number;
  hasRail: boolean;
  onPage: (page: number) => void;
  onZoom: (zoom: Zoom) => void;
  onZoomBy: (by: 1 | -1) => void;
  onTurn: () => void;
  /** Absent where there is no room for thumbnails, or nothing to show. */
  onRail?: () => void;
};

const fits = { width: msg('Fit width'), page: msg('Fit page') };
const zoomChoices: Zoom[] = ['width', 'page', 0.5, 1, 1.5, 2, 4];

export function Toolbar(props: Props) {
  const { document, page, count, hasRail, onPage, onTurn, onRail } = props;
  const { reader } = useSurroundings();
  const print = usePrint(document);
  return (
    <div className={styles['toolbar']} role="toolbar" aria-label={t('Viewer')}>
      {onRail !== undefined && (
        <ActionIcon
          variant={hasRail ? 'light' : 'subtle'}
          color="gray"
          size={32}
          aria-label={t('Thumbnails')}
          aria-pressed={hasRail}
          onClick={onRail}
        >
          <IconLayoutSidebar size={17} />
        </ActionIcon>
      )}
      <PageField key={page} page={page} count={count} onPage={onPage} />
      <span className={styles['of']}>{t('of {count}', { count: formatCount(count, reader) })}</span>
      <span className={styles['spring']} />
      <ZoomControl {...props} />
      <ActionIcon variant="subtle" color="gray" size={32} aria-label={t('Turn the pages')} onClick={onTurn}>
        <IconRotateClockwise size={17} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        aria-label={t('Print')}
        loading={print.isPending}
        disabled={document.sha256 === null}
        onClick={() => print.mutate()}
      >
        <IconPrinter size={17} />
      </ActionIcon>
    </div>
  );
}

function PageField({ page, count, onPage }: Pick<Props, 'page' | 'count' | 'onPage'>) {
  const [typed, setTyped] = useState<string | number>(page);
  const done = () => {
    if (typeof typed === 'number' && typed !== page) onPage(typed);
    else setTyped(page);
  };
  return (
    <NumberInput
      className={styles['pageField']}
      size="xs"
      aria-label={t('Page')}
      hideControls
      allowDecimal={false}
      allowNegative={false}
      min={1}
      max={count}
      value={typed}
      onChange={setTyped}
      onFocus={({ currentTarget }) => currentTarget.select()}
      onBlur={done}
      onKeyDown={({ key }) => key === 'Enter' && done()}
    />
  );
}

function ZoomControl({ zoom, scale, onZoom, onZoomBy }: Props) {
  return (
    <div className={styles['zoom']} role="group" aria-label={t('Zoom')}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        aria-label={t('Smaller')}
        onClick={() => onZoomBy(-1)}
      >
        <IconMinus size={16} />
      </ActionIcon>
      <Menu position="bottom" withinPortal>
        <Menu.Target>
          <UnstyledButton
            className={styles['zoomName']}
            aria-label={t('Zoom, {percent} %', { percent: Math.round(scale * 100) })}
          >
            {Math.round(scale * 100)} %<IconChevronDown size={14} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {zoomChoices.map((choice) => (
            <Menu.Item key={choice} aria-current={choice === zoom} onClick={() => onZoom(choice)}>
              {typeof choice === 'number' ? `${choice * 100} %` : t(fits[choice])}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        aria-label={t('Larger')}
        onClick={() => onZoomBy(1)}
      >
        <IconPlus size={16} />
      </ActionIcon>
    </div>
  );
}

/**
 * The original is printed, by the shell. A shell that does not print leaves it to the reader's own program.
 */
function usePrint(document: DocumentDetail) {
  const { api, notices, print } = useSurroundings();
  return useMutation({
    mutationFn: async () => {
      const file = api.download(document.id);
      if (print) return print(file);
      saveFile(await file, document.filename);
      notices.tell(t('The original is downloaded. Open it to print it.'));
    },
    onError: () => notices.tellFailure(t('The original could not be loaded for printing.')),
  });
}
