/** Reads an answer to its end, and tells how much of it has come. */
export async function received(answer: Response, onBytes: (bytes: number) => void): Promise<Blob> {
  const { body } = answer;
  if (body === null) return new Blob();
  let bytes = 0;
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      onBytes(bytes);
      controller.enqueue(chunk);
    },
  });
  // The browser keeps a large blob on the disk, not in memory.
  return new Response(body.pipeThrough(counting)).blob();
}
