/** A PDF whose pages are pictures alone, as a scanner makes them. Tests alone. */
import { PDFDocument } from 'pdf-lib';
import sharp from 'sharp';

/**
 * @param draw makes a picture of the first page of a PDF
 * @param turn degrees, clockwise, by which the paper lay wrong
 */
export async function scanOf(
  pages: readonly Uint8Array[],
  draw: (pdf: Uint8Array) => Promise<Uint8Array>,
  turn = 0,
): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  for (const page of pages) {
    const picture = await sharp(await draw(page))
      .greyscale()
      .rotate(turn)
      .jpeg({ quality: 70 })
      .toBuffer({ resolveWithObject: true });
    const { width, height } = picture.info;
    const scale = 72 / 200;
    const image = await document.embedJpg(picture.data);
    const place = { x: 0, y: 0, width: width * scale, height: height * scale };
    document.addPage([place.width, place.height]).drawImage(image, place);
  }
  return document.save();
}
