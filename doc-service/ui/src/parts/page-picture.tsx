import { IconFileTypePdf, IconPhotoOff } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';

import styles from './page-picture.module.css';
import { useSurroundings } from '../context/app-context.tsx';
import { t } from '../words/words.ts';

/** Widths that are asked for: few, so that the server's and our own cache are met again. */
const widthsPx = [160, 320, 640, 960, 1280, 1600, 2000];

type Props = {
  id: string;
  page: number;
  /** On the screen, in CSS pixels. */
  widthPx: number;
  alt: string;
  /** How far outside of the view loading begins. */
  ahead?: string;
  /** `fill`: as large as what is around it. */
  fit?: 'cover' | 'natural' | 'fill';
  /** Of the content: another one has other pictures. */
  version?: string | null;
  /** Told the width of the picture as a share of its height. */
  onShape?: (shape: number) => void;
};

/** One page as a picture, loaded when it comes near the view and given back when it is far from it. */
export function PagePicture({
  id,
  page,
  widthPx,
  alt,
  ahead = '600px',
  fit = 'natural',
  version = null,
  onShape,
}: Props) {
  const { api, pictures } = useSurroundings();
  const box = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  const [shape, setShape] = useState<number | null>(null);
  const [shown, setShown] = useState<{ url: string } | 'failed' | null>(null);
  const wanted = pictureWidth(widthPx * window.devicePixelRatio);

  useEffect(() => {
    if (box.current === null) return;
    const watcher = new IntersectionObserver(
      (changes) => setNear(changes.some((change) => change.isIntersecting)),
      { rootMargin: ahead },
    );
    watcher.observe(box.current);
    return () => watcher.disconnect();
  }, [ahead]);

  useEffect(() => {
    if (!near) {
      setShown(null);
      return;
    }
    let wantedStill = true;
    const picture = pictures.take(`${id}/${version ?? ''}/${page}/${wanted}`, (signal) =>
      api.picture(id, page, wanted, signal),
    );
    picture.url.then(
      (url) => wantedStill && setShown({ url }),
      () => wantedStill && setShown('failed'),
    );
    return () => {
      wantedStill = false;
      // The picture of the other size is shown until this one is there.
      picture.release();
    };
  }, [api, pictures, id, page, version, wanted, near]);

  const failed = shown === 'failed';
  return (
    <div
      ref={box}
      className={styles['box']}
      data-fit={fit}
      style={fit === 'natural' ? { aspectRatio: shape ?? 1 / Math.SQRT2 } : {}}
    >
      {shown !== null && shown !== 'failed' && (
        <img
          src={shown.url}
          alt={alt}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
            if (naturalHeight === 0) return;
            setShape(naturalWidth / naturalHeight);
            onShape?.(naturalWidth / naturalHeight);
          }}
        />
      )}
      {failed && (
        <span
          className={styles['none']}
          role="img"
          aria-label={alt === '' ? t('No preview') : t('{alt}: no picture', { alt })}
        >
          <IconPhotoOff size={fit === 'cover' ? 18 : 32} stroke={1.5} />
        </span>
      )}
    </div>
  );
}

/** Stands where a document has no pages yet. */
export function NoPicture() {
  return (
    <div className={styles['box']} data-fit="cover" aria-hidden>
      <span className={styles['none']}>
        <IconFileTypePdf size={20} stroke={1.5} />
      </span>
    </div>
  );
}

function pictureWidth(neededPx: number): number {
  return widthsPx.find((width) => width >= neededPx) ?? widthsPx.at(-1) ?? neededPx;
}
