/** What the network is given: the drawing, a picture or a test image, and its way from there to the input. */
import type { Picture, PictureAnswer } from "lenet5";
import { get, writable } from "svelte/store";
import { dataFacts } from "../networks/data.ts";
import { networks } from "../networks/networks.ts";
import { prepared, sample, steps, textSample } from "../state/drawing.ts";
import type { NetworkFacts } from "../state/network.ts";
import { input, network, notice, show, view } from "../state/state.ts";

/** What is read in a drawing or a picture that rests; undefined while it changes, and for a test image. */
export const reading = writable<PictureAnswer | undefined>(undefined);

/** Milliseconds without a change after which a drawing rests. */
const REST = 350;

let drawn: Picture | undefined;
let resting: ReturnType<typeof setTimeout> | undefined;
/** Counts what was asked for: an answer to an older question is dropped. */
let asked = 0;

/** Gives the network a drawing or a picture. Of several that wait, only the newest is prepared. */
export function give(pixels: Picture): void {
  drawn = pixels;
  asked++;
  sample.set(undefined);
  reading.set(undefined);
  clearTimeout(resting);
  resting = setTimeout(read, REST);
  void prepareNewest();
}

let isPreparing = false;

async function prepareNewest(): Promise<void> {
  if (isPreparing) return;
  isPreparing = true;
  for (let done = -1; done !== asked; ) {
    done = asked;
    const facts = get(network);
    const picture = drawn;
    if (!facts || !picture || get(view).sample !== "") break;
    try {
      const made = await networks.steps(picture, facts.id);
      if (get(view).sample !== "") break;
      steps.set(made);
      const image = made.at(-1)?.image;
      prepared.set(image && { picture, input: image });
      input.set(image);
    } catch (error) {
      notice.set({ text: (error as Error).message, isError: true });
    }
  }
  isPreparing = false;
}

async function read(): Promise<void> {
  const facts = get(network);
  if (!facts || !drawn || get(view).sample !== "") return;
  const mine = asked;
  const answer = await networks.read(drawn, facts.id).catch(() => undefined);
  if (mine === asked) reading.set(answer);
}

/** Gives the network the test image that the view names. */
async function giveSample(text: string, facts: NetworkFacts): Promise<void> {
  const mine = ++asked;
  clearTimeout(resting);
  reading.set(undefined);
  try {
    const named = textSample(text);
    if (!named)
      throw new Error(`The address names the test image ${text.slice(0, 40)}: expected one such as digits.12.`);
    const { data, index } = named;
    const { test: count, classNames } = await dataFacts(data);
    if (index >= count) throw new Error(`Expected a test image from 0 to ${count - 1}, got ${index}.`);
    const { images, labels } = await networks.testImages(data, [index], facts.id);
    if (mine !== asked) return;
    steps.set([]);
    input.set({ ...images, shape: images.shape.slice(1) });
    sample.set({ data, index, count, label: labels[0]!, classNames });
  } catch (error) {
    if (mine !== asked) return;
    notice.set({ text: (error as Error).message, isError: true });
    show({ sample: "" });
  }
}

/** Keeps the input up to date with the view and the network. @param redraw gives the drawing or the picture anew */
export function keepInput(redraw: () => void): () => void {
  let text = "";
  // A network that is trained anew keeps its id, and may take other images.
  let preparation: NetworkFacts["preparation"] | undefined;
  const changed = () => {
    const facts = get(network);
    const now = get(view).sample;
    if (!facts || (now === text && facts.preparation === preparation)) return;
    [text, preparation] = [now, facts.preparation];
    if (now === "") redraw();
    else void giveSample(now, facts);
  };
  const stops = [view.subscribe(changed), network.subscribe(changed)];
  return () => stops.forEach((stop) => void stop());
}
