/** The worker that reads the user's files, teaches networks, and makes what can be taken away. */
import * as Comlink from "comlink";
import { digits, InputError, loadModel, type Model, modelCode, type TrainTest } from "lenet5";
import { found } from "./found.ts";
import { type Example, type Known, taught, withClass } from "./teach.ts";
import type { YoursApi } from "./yours-api.ts";

const api: YoursApi = {
  read: found,
  async teach(bytes, examples, given, onProgress) {
    const net = await loadModel(bytes, { threads: 1 });
    return taught(net, examples, knownTo(net, given), onProgress);
  },
  async teachClass(bytes, name, drawings, given, onProgress) {
    const net = await loadModel(bytes, { threads: 1 });
    const known = knownTo(net, given);
    const label = net.outputs.shape.at(-1)!;
    const wider = await withClass(net, name, drawings);
    return taught(
      wider,
      drawings.map((image): Example => ({ image, label })),
      known,
      onProgress,
    );
  },
  figures: async (subject) => (await import("./subject.ts")).figuresOf(subject),
  report: async (subject) => (await import("./subject.ts")).reportOf(subject),
  async code(bytes) {
    return modelCode(await loadModel(bytes, { threads: 1 }));
  },
};

/** Images of what a network knows: the user's pictures where they have its classes, else digits. */
function knownTo(net: Model, given: TrainTest | undefined): { train: Known; test: Known } {
  const names = net.reading?.classNames;
  const own = given?.train.classNames;
  if (given && own && names && own.every((name, i) => names[i] === name)) return given;
  if (names && !names.slice(0, 10).every((name, i) => name === String(i)))
    throw new InputError(
      `expected pictures of what the network knows (${names.slice(0, 3).join(", ")}, ...), so that it does not forget it: open them first`,
    );
  return digits({ train: 2000, test: 500, seed: 7 });
}

Comlink.expose(api);
