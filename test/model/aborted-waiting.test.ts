/** A call that is aborted while it waits for another model leaves its own model as if it had never been made. */
import { beforeAll, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { data, images, network, options } from "./small-training.ts";

/** A prediction that takes many seconds, and ends soon after its abort. */
let busy: lenet5.Model;
const slow = { shape: [4000, 32, 32, 1], data: new Uint8Array(4000 * 1024) };

beforeAll(async () => {
  const x = lenet5.input({ shape: [32, 32, 1] });
  const conv = () => lenet5.conv2d({ filters: 64, kernelSize: 3, padding: "same", activation: "relu" });
  busy = lenet5.model({ inputs: x, outputs: lenet5.globalAveragePooling2d()(conv()(conv()(conv()(x)))), threads: 1 });
  // Its program is made.
  await busy.predict({ shape: [16, 32, 32, 1], data: new Uint8Array(16 * 1024) });
});

/** Aborts a call before its turn comes; `after` is called while all wait. */
async function abortedBeforeItsTurn<After>(
  call: (signal: AbortSignal) => Promise<unknown>,
  after: () => Promise<After> | undefined = () => undefined,
): Promise<After | undefined> {
  const [other, own] = [new AbortController(), new AbortController()];
  const running = expect(busy.predict(slow, { signal: other.signal })).rejects.toThrow(/abort/);
  await later(50);
  const waiting = call(own.signal).catch((error: Error) => error);
  const next = after();
  await later(200);
  own.abort();
  await waiting;
  // It stays in the queue for half a second.
  await later(600);
  other.abort();
  await running;
  return next;
}

const later = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const predicted = async (net: lenet5.Model) => (await net.predict(images)).data;

it("the next prediction has the weights", async () => {
  const net = network();
  await abortedBeforeItsTurn((signal) => net.predict(images, { signal }));
  expect(await predicted(net)).toEqual(await predicted(network()));
});

it("the next prediction has the weights that were set before", async () => {
  const [net, other] = [network(), network({}, 1)];
  other.setWeights(
    new Map([...other.weights].map(([name, { shape, data }]) => [name, { shape, data: data.map((w) => w / 2) }])),
  );
  await predicted(net);
  net.setWeights(other.weights);
  await abortedBeforeItsTurn((signal) => net.predict(images, { signal }));
  expect(await predicted(net)).toEqual(await predicted(other));
});

it("a prediction that waits, too, has the weights", async () => {
  const net = network();
  const second = await abortedBeforeItsTurn(
    (signal) => net.predict(images, { signal }),
    () => predicted(net),
  );
  expect(second).toEqual(await predicted(network()));
});

it("the next training begins with the weights", async () => {
  const [net, other] = [network(), network()];
  for (const each of [net, other]) {
    await each.fit(data, { ...options, verbose: 0 });
    each.setWeights(network().weights);
  }
  const before = await net.checksum();
  await abortedBeforeItsTurn((signal) => net.fit(data, { ...options, signal, verbose: 0 }));
  expect(await net.checksum()).toBe(before);
  for (const each of [net, other]) await each.fit(data, { ...options, verbose: 0 });
  expect(await net.checksum()).toBe(await other.checksum());
});
