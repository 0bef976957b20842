import type { Callback } from "./callback.ts";

/**
 * Ends training when the loss is NaN or infinite; `history.stopped` has the reason.
 * https://keras.io/api/callbacks/terminate_on_nan/
 */
export function terminateOnNaN(): Callback {
  const check: Callback["onProgress"] = (batches, logs, context) => {
    if (!Number.isFinite(logs.loss)) context.stop(`the loss became ${logs.loss} by batch ${batches}`);
  };
  return { onProgress: check };
}
