/** A process that takes locks for its parent, each at a given time, so that several processes try at the same moment. */

/** @typedef {{ isTaken: boolean, release?: () => Promise<void> }} Lock */
/** @type {{ takeLock(path: string): Promise<Lock> }} */
const { takeLock } = await import(String(process.argv[2]));

/** @type {Lock | undefined} */
let lock;
process.on("message", async (/** @type {{ path: string, at: number } | "release"} */ message) => {
  if (message === "release") {
    await lock?.release?.();
    process.send?.("released");
  } else {
    while (Date.now() < message.at);
    lock = await takeLock(message.path);
    process.send?.(lock);
  }
});
process.send?.("ready");
