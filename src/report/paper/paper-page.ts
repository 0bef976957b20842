import { type Html, html } from "../drawing/html.ts";
import { count, duration, percent } from "../drawing/numbers.ts";
import { page } from "../page/page.ts";
import { picture, pictureStore } from "../page/pictures.ts";
import { placed, placedWide, scrolled, section } from "../page/sections.ts";
import { comparedNumbers } from "./compared-numbers.ts";
import { differences } from "./differences.ts";
import { paperTraining } from "./fig5-training.ts";
import { paperSizes } from "./fig6-sizes.ts";
import { paperConfusions } from "./fig8-misread.ts";
import { paperClassifiers } from "./fig9-classifiers.ts";
import { paperRejection } from "./fig10-rejection.ts";
import { type OpenQuestion, openQuestions } from "./open-questions.ts";
import type { PaperJson } from "./paper-results.ts";
import { published } from "./published.ts";
import {
  lastTestError,
  lastTrainingError,
  MAX_MISREAD,
  mainSetup,
  misreadInOrder,
  over,
  setupOf,
  spreadText,
} from "./setups.ts";
import {
  captionOf,
  type PaperFigureName,
  quickNotice,
  runColumns,
  runRows,
  settingsOf,
  summary,
  TITLE,
  tableNote,
} from "./story.ts";

/** The reproduction as a self-contained HTML page: published and measured numbers, figures, and open questions. */
export function paperHtml(paper: PaperJson, questions: readonly OpenQuestion[] = openQuestions): string {
  const caption = (name: PaperFigureName): Html => {
    const { title, text } = captionOf(paper, name);
    return html`<b>${title}</b> ${text}`;
  };
  const main = html`${section("Published and measured", comparison(paper))}
${section("Training", html`<div class="columns">${placed(paperTraining(paper), caption("training"))}${placed(paperSizes(paper), caption("sizes"))}</div>`)}
${section("Errors", misread(paper), html`<p class="note">${caption("misread")}</p><div class="columns">${placed(paperConfusions(paper))}${placed(paperRejection(paper), caption("rejection"))}</div>`)}
${section("Among other classifiers", placedWide(paperClassifiers(paper), caption("classifiers")))}
${questions.length > 0 ? section("What the paper leaves open", html`${differences(paper) && html`<p>${differences(paper)}</p>`}<dl class="questions">${questions.map(question)}</dl>`) : ""}
${section("Settings", settings(paper))}`;
  return page(TITLE, header(paper), main);
}

function header(paper: PaperJson): Html {
  const setup = mainSetup(paper);
  const error = over(setup, lastTestError);
  const notice = quickNotice(paper);
  const spread = error && error.n > 1 ? `± ${(error.deviation * 100).toFixed(2)} ` : "";
  const time = over(setup, ({ seconds }) => seconds);
  const facts: [value: string, what: string][] = [
    [percent(published.testError.value), "test error in 1998"],
    [spreadText(setup?.distortions ? undefined : over(setupOf(paper, true), lastTestError)), "with distortions"],
    [spreadText(over(setup, lastTrainingError)), "training error"],
    [count(misreadInOrder(paper).length), `misclassified of ${count(paper.predictions.labels.length)}`],
    [duration(time?.mean), "training time"],
  ];
  return html`<p class="what">${TITLE}</p>
<h1>${percent(error?.mean)} <small>${spread}test error</small></h1>
${notice && html`<p class="notice" role="note">${notice}</p>`}
<p class="summary">${summary(paper)}</p>
<dl class="facts">${facts.filter(([value]) => value !== "–").map(([value, what]) => html`<div><dd>${value}</dd><dt>${what}</dt></div>`)}</dl>`;
}

function comparison(paper: PaperJson): Html {
  const rows = comparedNumbers(paper).map(
    ({ what, source, published, measured, over }) =>
      html`<tr><th scope="row">${what}${source && html` <small>${source}</small>`}</th><td>${published}</td><td>${measured}${over && html` <small>${over}</small>`}</td></tr>\n`,
  );
  const table = html`<table class="numbers wrapped against">
<thead><tr><th scope="col">Number</th><th scope="col">Published</th><th scope="col">Measured</th></tr></thead>
<tbody>${rows}</tbody></table>`;
  return html`${scrolled("Published and measured", table)}<p class="note">${tableNote(paper)}</p>`;
}

/** The images of the figure {@link paperMisread}, in a grid that adapts to the width of the page. */
function misread(paper: PaperJson): Html {
  const { shape, classNames } = paper.misread;
  const images = misreadInOrder(paper).slice(0, MAX_MISREAD);
  if (images.length === 0) return html`<p>No image was misclassified.</p>`;
  const name = (k: number) => classNames[k] ?? String(k);
  const pictures = images.map((example) => {
    const { label, predicted } = example;
    const words = html`<b>${name(label)}→<em>${name(predicted)}</em></b>`;
    return picture(example, shape, `${name(label)} predicted as ${name(predicted)}`, words);
  });
  return html`${pictureStore({ ...paper.misread, images })}<ul class="pictures small">${pictures}</ul>`;
}

function question({ question, choice, evidence }: OpenQuestion): Html {
  return html`<dt>${question}</dt><dd>${choice}${evidence && html` <small>${evidence}</small>`}</dd>\n`;
}

function settings(paper: PaperJson): Html {
  const entries = Object.entries(settingsOf(paper)).map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`,
  );
  const rows = runRows(paper).map(
    ([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((text) => html`<td>${text}</td>`)}</tr>\n`,
  );
  const runs = html`<table class="numbers against">
<thead><tr>${runColumns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table>`;
  return html`<p class="command"><code>${paper.command.split(" ").map((word) => html`<span>${word}</span> `)}</code></p><dl class="settings">${entries}</dl>
${rows.length > 0 ? html`<div class="part"><h3>Every run</h3>${scrolled("Every run", runs)}</div>` : ""}`;
}
