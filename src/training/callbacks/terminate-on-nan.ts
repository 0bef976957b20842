import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import type { Callback } from "./callback.ts";

const options = {};

/**
 * Ends training when the loss is NaN or infinite; `history.stopped` has the reason.
 * https://keras.io/api/callbacks/terminate_on_nan/
 * @throws InputError for options: there are none
 */
export function terminateOnNaN(given: OptionsOf<typeof options> = {}): Callback {
  checkedOptions("terminateOnNaN", options, given);
  const check: Callback["onProgress"] = (batches, logs, context) => {
    if (!Number.isFinite(logs.loss)) context.stop(`the loss became ${logs.loss} by batch ${batches}`);
  };
  return { onProgress: check };
}
