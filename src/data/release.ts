/**
 * Gives the memory of bytes that nobody reads any more back at once: the collector is in no hurry, and a file of MNIST's
 * images is 47 MB. Views of them are empty afterwards.
 */
export function release({ buffer }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength === 0) return;
  const movable = buffer as ArrayBuffer & { transfer?(length: number): ArrayBuffer };
  if (movable.transfer) {
    movable.transfer(0);
    return;
  }
  // Before Node 22: it goes with a message that nobody takes.
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(undefined, [buffer]);
  port1.close();
  port2.close();
}
