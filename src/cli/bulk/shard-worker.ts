/** Reads shards of pictures in a thread of its own: see shard-threads.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { InputError } from "../../core/errors.ts";
import { openReader } from "../predict/open-reader.ts";
import { modelIdentity } from "./model-identity.ts";
import { readAlone, readShard } from "./read-shard.ts";
import type { ShardMessage, ShardTask, ThreadWork } from "./shard-threads.ts";

const { model: path, options, identity, ...work } = workerData as ThreadWork;
const send = (message: ShardMessage) => parentPort?.postMessage(message);

const reader = openReader(path, options, 1).then(({ opened: { model }, settings }) => {
  if (modelIdentity(model) === identity) return { model, settings };
  throw new InputError("the model was changed while it was opened: run the same command again");
});
reader.catch(() => {}); // the first shard says it

parentPort?.on("message", async ({ shard, alone }: ShardTask) => {
  try {
    const onPictures = (pictures: number) => send({ pictures });
    const reading = { ...work, ...(await reader), onPictures };
    await (alone === undefined ? readShard(shard, reading) : readAlone(shard, alone, reading));
    send({ isDone: true });
  } catch (error) {
    send({ error: error instanceof Error ? error.message : String(error), isInput: error instanceof InputError });
  }
});
