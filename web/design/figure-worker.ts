/** The worker that draws figures by the code of the reports: charts take up to 50 ms, which the page cannot spare. */
import * as Comlink from "comlink";
import type { Figure } from "lenet5/figures";
import { parseHTML } from "linkedom/worker";
import type { FigureApi, FigureName } from "./figures.ts";

// A worker has no document; the charts only create elements in it and take them as text.
globalThis.document ??= parseHTML("<!doctype html><html><body></body></html>").document as unknown as Document;

const api: FigureApi = {
  async draw(name, values) {
    const { title, note, keys, label, minWidth, inline } = await figureOf(name, values);
    return { title, note, keys, label, minWidth, inline };
  },
  async report(run) {
    const { reportPage } = await import("lenet5/figures");
    return reportPage(run);
  },
  async file(name, values, theme) {
    return (await figureOf(name, values)).themed(theme);
  },
};

async function figureOf(name: FigureName, values: readonly unknown[]): Promise<Figure> {
  const figures = await import("lenet5/figures");
  const draw = figures[name] as (...values: readonly unknown[]) => Figure;
  return draw(...values);
}

Comlink.expose(api);
