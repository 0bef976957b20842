/** Figures of the reports, drawn in a worker. */
import * as Comlink from "comlink";
import type * as figures from "lenet5/figures";
import FigureWorker from "./figure-worker.ts?worker";

type Figures = typeof figures;

/** The names of the figures: lossCurves, confusionMatrix, kernels, ... */
export type FigureName = {
  [Name in keyof Figures]: Figures[Name] extends (...values: never[]) => figures.Figure ? Name : never;
}[keyof Figures];

/** What a figure is drawn from, in the order of the library's function. */
export type FigureValues<Name extends FigureName> = Parameters<Figures[Name]>;

/** A figure as plain data. */
export type DrawnFigure = Pick<figures.Figure, "title" | "note" | "keys" | "label" | "minWidth" | "inline">;

export interface FigureApi {
  draw<Name extends FigureName>(name: Name, values: FigureValues<Name>): Promise<DrawnFigure>;
  report(run: figures.RunReport): Promise<string>;
  file<Name extends FigureName>(name: Name, values: FigureValues<Name>, theme: figures.Theme): Promise<string>;
}

let api: Comlink.Remote<FigureApi> | undefined;

function worker(): Comlink.Remote<FigureApi> {
  api ??= Comlink.wrap<FigureApi>(new FigureWorker());
  return api;
}

/** Draws a figure of the reports: `drawn("lossCurves", [history])`. @throws Error for values that it cannot draw */
export async function drawn<Name extends FigureName>(name: Name, values: FigureValues<Name>): Promise<DrawnFigure> {
  return worker().draw(name, values);
}

/** The same as an SVG file, with title and legend. */
export async function figureFile<Name extends FigureName>(
  name: Name,
  values: FigureValues<Name>,
  theme: figures.Theme = "light",
): Promise<string> {
  return worker().file(name, values, theme);
}

/** The report of a network as an HTML page. */
export async function reportFile(run: figures.RunReport): Promise<string> {
  return worker().report(run);
}
