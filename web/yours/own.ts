/** The page's side of the Yours worker, and the examples that the user gave the network. */
import * as Comlink from "comlink";
import type { Dataset, TrainTest } from "lenet5";
import type { DataInspectionJson, HistoryJson, LabelledPictures } from "lenet5/figures";
import { get, writable } from "svelte/store";
import { dataOfUser, putData } from "../networks/data.ts";
import { networks, replaced } from "../networks/networks.ts";
import type { DataId } from "../state/data.ts";
import { pretrainedIds } from "../state/network.ts";
import { addKnown, changed, network, notice, show } from "../state/state.ts";
import { TRAINED, training } from "../state/training.ts";
import type { GivenFile } from "./given-files.ts";
import type { Example, Lesson } from "./teach.ts";
import type { Subject, YoursApi } from "./yours-api.ts";
import YoursWorker from "./yours-worker.ts?worker";

/** The id of a network that was taught on this page. */
const TAUGHT = "taught";

let api: Comlink.Remote<YoursApi> | undefined;

/** The worker; it starts when it is first needed. */
export function worker(): Comlink.Remote<YoursApi> {
  api ??= Comlink.wrap<YoursApi>(new YoursWorker());
  return api;
}

/** What is being done, for people; "" for nothing. */
export const busy = writable("");
/** Drawings whose wrong answer the user corrected. */
export const corrections = writable<readonly Example[]>([]);
/** Drawings of a new class. */
export const drawings = writable<readonly Example["image"][]>([]);
/** The newest lesson, and of how many classes the network now has. */
export const lesson = writable<(Lesson & { readonly title: string }) | undefined>(undefined);
/** The data that were opened, as the library describes them. */
export const inspection = writable<
  | (DataInspectionJson & {
      readonly notes: readonly string[];
      /** The first training images. */
      readonly sample: LabelledPictures;
    })
  | undefined
>(undefined);

/** Training images that are shown. */
const SHOWN = 20;

/** Histories of opened runs, by the id of their network. */
const histories = new Map<string, HistoryJson>();

/** Does something in the worker; errors become a line for the user. */
export async function attempt(what: string, work: () => Promise<void>): Promise<void> {
  if (get(busy) !== "") return;
  busy.set(what);
  try {
    await work();
  } catch (error) {
    notice.set({ text: (error as Error).message.split("\n")[0]!, isError: true });
  } finally {
    busy.set("");
  }
}

/** Opens what the user chose or dropped. */
export function open(files: readonly GivenFile[] | Promise<readonly GivenFile[]>): Promise<void> {
  return attempt("Reading", async () => {
    const found = await worker().read(await files);
    notice.set(undefined);
    if (found.type === "data") {
      await putData("yours", found.data);
      inspection.set({ ...found.inspection, notes: found.data.notes ?? [], sample: firstOf(found.data.train) });
      return;
    }
    const { name, bytes, history } = found;
    const id = [...pretrainedIds, TRAINED, TAUGHT].some((taken) => taken === name) ? `${name} (file)` : name;
    await replaced(id, { type: "file", bytes, name });
    if (history) histories.set(id, history);
    addKnown(id, id);
    show({ net: id });
    notice.set({ text: `The network “${id}” is on the stage.`, isError: false });
  });
}

function firstOf({ images, labels, classNames }: Dataset): LabelledPictures {
  const count = Math.min(SHOWN, labels.length);
  const size = images.data.length / labels.length;
  const data = Uint8Array.from(images.data.subarray(0, count * size));
  return {
    images: { ...images, shape: [count, ...images.shape.slice(1)], data },
    labels: [...labels].slice(0, count),
    classNames,
  };
}

/** The bytes of the network on the stage. */
export function modelFile(): Promise<Uint8Array> {
  return networks.modelFile(get(network)!.id);
}

/** Puts a network that has learned on the stage. */
export async function put(learned: Lesson, title: string): Promise<void> {
  await replaced(TAUGHT, { type: "file", bytes: learned.bytes, name: TAUGHT });
  addKnown(TAUGHT, "Taught by you");
  lesson.set({ ...learned, title });
  show({ net: TAUGHT });
}

/** The user's data set, for the worker. */
export function given(): TrainTest | undefined {
  return dataOfUser("yours");
}

/** What figures and the report are of. */
export async function subject(data: DataId): Promise<Subject> {
  const { id, title } = get(network)!;
  return {
    title: id === title ? title : `${title} (${id})`,
    model: await modelFile(),
    history: historyOf(id),
    image: get(changed),
    data,
    given: dataOfUser(data),
    page: document.baseURI,
  };
}

/** The history of the network's training, where the page knows it. */
export function historyOf(id: string): HistoryJson | undefined {
  const own = id === TRAINED ? get(training).history : histories.get(id);
  return own && own.epochs.length > 0 ? own : undefined;
}
