import type { DataInspectionJson, DataPicturesJson, FindingJson, ImageJson, PictureJson } from "../data-results.ts";
import { imageName, partWords, scaleText } from "../data-words.ts";
import { fromBase64 } from "../drawing/base64.ts";
import { className } from "../drawing/class-name.ts";
import { type Html, html } from "../drawing/html.ts";
import { count, counted, decimal } from "../drawing/numbers.ts";
import { pngAddress } from "../drawing/raster.ts";
import { classCounts } from "../figures/class-counts.ts";
import { given } from "../figures/given.ts";
import { pictureSizes, sizesOf } from "../figures/picture-sizes.ts";
import { dataName, shortPaths } from "./data-name.ts";
import { page } from "./page.ts";
import { placed, section } from "./sections.ts";

/** Images of a finding on the page. */
const MAX_IMAGES = 24;
/** Files that are named below a finding without pictures of them all. */
const MAX_NAMES = 12;

/**
 * A data set as a self-contained HTML page: what looks wrong, the images of each class, sizes, mean images and a contact
 * sheet. It has no script and loads nothing.
 *
 * @param inspection what `inspectData` returns
 * @param pictures what `dataPictures` returns; without them the page has numbers only
 */
export function dataPage(inspection: DataInspectionJson, pictures?: DataPicturesJson): string {
  const { source, classNames, parts } = given("dataPage", "data", inspection);
  const sizes = sizesOf(parts);
  const figures = html`<div class="columns">${placed(classCounts(inspection))}${sizes.length > 1 ? placed(pictureSizes(inspection)) : ""}</div>`;
  const main = html`${section("What looks wrong", wrong(inspection, pictures))}
${section("Images", figures)}
${pictures ? meansSection(pictures, classNames) : ""}
${pictures ? contactSheet(pictures, inspection) : ""}`;
  return page(`${dataName(source)}: ${count(allImages(inspection))} images`, header(inspection), main);
}

function allImages({ parts }: DataInspectionJson): number {
  return parts.reduce((sum, { images }) => sum + images, 0);
}

function header(inspection: DataInspectionJson): Html {
  const { source, split, classNames, parts } = inspection;
  const [{ shape, scale, min, max }] = parts as [DataInspectionJson["parts"][number]];
  const [rows, columns, channels = 1] = shape;
  const colours =
    ["", "grey", "grey with alpha", "in colour", "in colour with alpha"][channels] ?? `${channels} channels`;
  const facts = [
    ...parts.map(({ name, images }) => [count(images), `for ${name === "test" ? "testing" : partWords[name]}`]),
    [`${columns} × ${rows}`, `pixels, ${colours}`],
    [`${decimal(min)} to ${decimal(max)}`, `values${scaleText(scale)}`],
  ];
  return html`<p class="what">Data set</p>
<h1>${count(allImages(inspection))} <small>images in ${counted(classNames.length, "class").replace(/classs$/, "classes")}</small></h1>
<p class="source">${shortPaths(source)}${split === undefined ? "" : html`<br>Split: ${split}`}</p>
<dl class="facts">${facts.map(([value, what]) => html`<div><dd>${value}</dd><dt>${what}</dt></div>`)}</dl>`;
}

const checked =
  "copies and near copies within and between the parts, equal images with different labels, blank and faint images, values, classes with light and dark exchanged, missing and rare classes";

function wrong({ findings, classNames }: DataInspectionJson, pictures: DataPicturesJson | undefined): Html {
  if (findings.length === 0) return html`<p>Nothing was found.</p><p class="note">Looked for: ${checked}.</p>`;
  const byPlace = new Map((pictures?.found ?? []).map((picture) => [placeOf(picture), picture]));
  return html`${findings.map(
    (
      finding,
    ) => html`<article class="finding${finding.level === "problem" ? " problem" : ""}"><h3><span class="level">${finding.level}</span> ${finding.text}</h3>
<p class="note">${finding.advice}.</p>${pictures ? groupsOf(finding, pictures.shape, byPlace, classNames) : names(finding)}</article>\n`,
  )}`;
}

function placeOf({ part, index }: ImageJson): string {
  return `${part} ${index}`;
}

/** The images of a finding, groups of equal ones side by side. */
function groupsOf(
  { groups }: FindingJson,
  shape: readonly number[],
  byPlace: ReadonlyMap<string, PictureJson>,
  classNames: readonly string[],
): Html | "" {
  if (groups.length === 0) return "";
  const shown = groups.map((group) => group.flatMap((image) => byPlace.get(placeOf(image)) ?? []));
  let room = MAX_IMAGES;
  const lists = shown.flatMap((group) => {
    const own = group.slice(0, Math.max(0, room));
    room -= own.length;
    return own.length === 0
      ? []
      : [html`<ul class="pictures group">${own.map((image) => item(image, shape, classNames))}</ul>`];
  });
  const all = groups.flat().length;
  const left = all - (MAX_IMAGES - Math.max(0, room));
  const more =
    left > 0
      ? html`<p class="note">and ${counted(left, "more image")}; <code>lenet5 data --json</code> names all</p>`
      : "";
  return html`<div class="groups">${lists}</div>${more}`;
}

function names({ groups }: FindingJson): Html | "" {
  if (groups.length === 0) return "";
  const shown = groups.slice(0, MAX_NAMES).map((group) => html`<li>${group.map(imageName).join(" = ")}</li>\n`);
  return html`<ul>${shown}</ul>`;
}

function item(image: PictureJson, shape: readonly number[], classNames: readonly string[]): Html {
  return html`<li>${pictureOf(image, shape, classNames)}<b>${className(classNames, image.label)}</b> <small>${imageName(image)}</small></li>\n`;
}

function pictureOf(image: PictureJson, shape: readonly number[], classNames: readonly string[]): Html {
  const what = `${imageName(image)}, class ${className(classNames, image.label)}`;
  return pixelImage(image.pixels, shape, what);
}

/** An image in the colours of its file: no ink is turned into dark. */
function pixelImage(pixels: string, [height = 1, width = 1, channels = 1]: readonly number[], what: string): Html {
  const address = pngAddress({ width, height, channels: channels === 3 ? 3 : 1, data: fromBase64(pixels) });
  return html`<img class="picture" src="${address}" alt="${what}" title="${what}" width="${width}" height="${height}">`;
}

function meansSection({ means, shape }: DataPicturesJson, classNames: readonly string[]): Html {
  const items = means.map((pixels, k) => {
    const name = className(classNames, k);
    const seen =
      pixels === ""
        ? html`<span class="picture none"></span>`
        : pixelImage(pixels, shape, `mean image of class ${name}`);
    return html`<li>${seen}<b>${name}</b></li>\n`;
  });
  return section(
    "Mean images",
    html`<ul class="pictures">${items}</ul><p class="note">The mean of the training images of each class. A class whose mean is unlike the others, or has the ground of another colour, was perhaps prepared in another way.${means.length < classNames.length ? ` These are the first ${means.length} of ${count(classNames.length)} classes.` : ""}</p>`,
  );
}

function contactSheet({ samples, shape }: DataPicturesJson, { classNames, parts }: DataInspectionJson): Html | "" {
  if (samples.length === 0) return "";
  const byClass = new Map<number, PictureJson[]>();
  for (const sample of samples) byClass.get(sample.label)?.push(sample) ?? byClass.set(sample.label, [sample]);
  const rows = [...byClass].map(([k, own]) => {
    const title = html`${className(classNames, k)} <small>${count(parts[0]?.perClass[k] ?? 0)}</small>`;
    const items = own.map((image) => html`<li>${pictureOf(image, shape, classNames)}</li>`);
    return sheetRow(title, html`<ul class="pictures sheet">${items}</ul>`);
  });
  return section(
    "Contact sheet",
    html`${rows}<p class="note">A random sample of the training images of each class; below its name, how many there are.</p>`,
  );
}

function sheetRow(title: Html, content: Html): Html {
  return html`<div class="sheet-row"><h3>${title}</h3>${content}</div>\n`;
}
