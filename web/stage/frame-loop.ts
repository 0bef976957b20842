/** Paints at most once a frame, and sleeps while nothing changes. */
export interface FrameLoop {
  /** Paints with the next frame. */
  request(): void;
  stop(): void;
}

/** @param frames what asks for a frame: the browser's `requestAnimationFrame` and `cancelAnimationFrame`; given in tests */
export function frameLoop(
  paint: () => void,
  frames: Pick<typeof globalThis, "requestAnimationFrame" | "cancelAnimationFrame"> = globalThis,
): FrameLoop {
  let frame: number | undefined;
  return {
    request() {
      frame ??= frames.requestAnimationFrame(() => {
        frame = undefined;
        paint();
      });
    },
    stop() {
      if (frame !== undefined) frames.cancelAnimationFrame(frame);
      frame = undefined;
    },
  };
}
