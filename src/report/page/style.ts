import { hoverStyle } from "../drawing/figure.ts";
import { Html } from "../drawing/html.ts";
import { cssVariables } from "../drawing/theme.ts";

/** Style sheet of all pages. Light or dark follows the reader's system. */
export const styleSheet = new Html(`
:root { ${cssVariables("light")} }
@media (prefers-color-scheme: dark) { :root { ${cssVariables("dark")} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 2.5rem clamp(.5rem, 4vw, 2.5rem) 4rem; max-width: 66rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums;
}
p, dl, ol, figure { margin: 0; }
small { color: var(--soft); font-weight: 400; font-size: max(.82em, .6875rem); }
.what { font-weight: 600; }
.what time { color: var(--soft); font-weight: 400; margin-left: .6em; }
h1 { margin: .1em 0 0; font-size: clamp(3rem, 12vw, 5rem); line-height: 1.1; letter-spacing: -.03em; }
h1 small { font-size: 1.25rem; letter-spacing: 0; white-space: nowrap; }
h2 { margin: 0 0 1rem; font-size: 1.25rem; letter-spacing: -.01em; }
h3 { margin: 0 0 .6rem; font-size: 1rem; line-height: 1.3; }
.source { color: var(--soft); overflow-wrap: anywhere; }
.notice {
  margin-top: 1rem; padding: .7rem 1rem; background: var(--note); border-left: 4px solid var(--note-line); border-radius: 4px;
  overflow-wrap: anywhere;
}
.summary { margin-top: 1rem; max-width: 46rem; font-size: 1.0625rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.25rem, 1fr)); gap: 1rem 1.5rem; margin-top: 1.8rem; }
.facts div { border-top: 1px solid var(--line); padding-top: .6rem; }
.facts dd { margin: 0; font-size: clamp(1.15rem, 5vw, 1.4rem); font-weight: 600; line-height: 1.25; letter-spacing: -.01em; }
.facts dt { color: var(--soft); font-size: .875rem; }
section {
  margin-top: 1.75rem; padding: clamp(.75rem, 3vw, 1.75rem); background: var(--card); border: 1px solid var(--line); border-radius: 12px;
}
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 2rem; }
.part, .columns, .wide, .wide + .table { margin-top: 2rem; }
h2 + .part, h2 + .columns, h2 + .wide { margin-top: 0; }
/* A shadow at an edge shows that there is more to scroll to. It disappears at the end. */
.scroll {
  overflow-x: auto;
  background: linear-gradient(to right, var(--card) 40%, transparent) 0 0 / 3rem 100% no-repeat local,
    linear-gradient(to left, var(--card) 40%, transparent) 100% 0 / 3rem 100% no-repeat local,
    linear-gradient(to right, var(--edge), transparent) 0 0 / .8rem 100% no-repeat scroll,
    linear-gradient(to left, var(--edge), transparent) 100% 0 / .8rem 100% no-repeat scroll;
  --edge: color-mix(in srgb, var(--ink) 28%, transparent);
}
.chart h3 { margin: 0; }
.chart .about, .legend { color: var(--soft); font-size: .875rem; line-height: 1.4; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: 0; margin: .15rem 0 0; }
.chart svg { display: block; width: 100%; height: auto; margin-top: .6rem; overflow: visible; font-family: inherit; }
.chart figcaption { margin-top: .6rem; max-width: 46rem; color: var(--soft); font-size: .875rem; }
figcaption b, .note b { color: var(--ink); }
.wide { container-type: inline-size; }
.wide .scroll div { min-width: calc(var(--width) + 4px); padding: 2px; }
/* One line high where the figure is wider than its place; otherwise 0. */
.wide .hint { height: clamp(0px, (var(--width) + 4px - 100cqi) * 1000, 1.5rem); }
.hint { height: 0; overflow: hidden; text-align: right; color: var(--soft); font-size: .8125rem; line-height: 1.5rem; }
/* The width of a table is unknown. A scroll animation takes effect only where there is something to scroll to. */
.table { timeline-scope: --sideways; }
.table .scroll { scroll-timeline: --sideways inline; }
.table .hint { animation: hint linear both; animation-timeline: --sideways; }
@keyframes hint { from, to { height: 1.5rem; } }
${hoverStyle}
.choice { display: flex; flex-wrap: wrap; gap: .25rem 1rem; border: 0; padding: 0; margin: 0 0 .8rem; color: var(--soft); font-size: .875rem; }
.choice legend { float: left; padding: 0; margin-right: .2rem; }
.choice label { display: inline-flex; align-items: center; gap: .3em; cursor: pointer; }
.choice input { accent-color: var(--training); margin: 0; }
.chosen .choice { margin: .5rem 0 0; }
.chosen:has(input[value="0"]:checked) .option-1, .chosen:has(input[value="1"]:checked) .option-0 { display: none; }
.key::before { content: ""; display: inline-block; box-sizing: border-box; width: .7em; height: .7em; margin-right: .4em; border-radius: 50%; background: var(--colour); }
.open::before { background: none; border: 2px solid var(--colour); }
.dashed::before { background: none; border: 2px dashed var(--colour); }
table { border-collapse: collapse; }
.note { margin-top: .8rem; color: var(--soft); font-size: .875rem; max-width: 46rem; }
.confusion { border-collapse: separate; border-spacing: 2px; font-size: clamp(.6875rem, 2.2vw, .9375rem); width: 100%; max-width: calc(var(--names) + var(--classes) * 4.2rem); table-layout: fixed; }
.confusion th { color: var(--soft); font-weight: 500; padding: 0 .35em; text-align: center; white-space: nowrap; }
.confusion .axis th { color: var(--soft); font-weight: 400; font-size: .8125rem; text-align: left; white-space: nowrap; }
.confusion tbody th { text-align: right; overflow: hidden; text-overflow: ellipsis; }
.confusion td { height: 2.6em; padding: 0; text-align: center; border-radius: 3px; }
.confusion thead td { height: auto; width: calc(var(--names) + 1em); }
.confusion td i { color: var(--soft); opacity: .5; font-style: normal; }
.confusion .right { background: color-mix(in srgb, var(--right) calc(6% + 32% * var(--share)), transparent); font-weight: 600; }
.confusion .wrong { background: color-mix(in srgb, var(--wrong) calc(75% * var(--share)), transparent); }
.confusion button { all: unset; box-sizing: border-box; display: grid; place-items: center; width: 100%; height: 100%; min-height: inherit; cursor: pointer; border-radius: 3px; }
.confusion button:hover { outline: 2px solid var(--soft); }
.confusion button:focus-visible, .scroll:focus-visible { outline: 3px solid var(--training); outline-offset: 1px; }
section:has(input[value="count"]:checked) .share, section:has(input[value="share"]:checked) .count { display: none; }
.slanted thead th { height: calc(var(--names) * .8 + 1em); vertical-align: bottom; padding: 0; }
.slanted thead th span { display: block; width: 0; margin-left: 50%; transform: rotate(-50deg); transform-origin: 0 100%; }
.slanted { margin-right: 4rem; }
@media print, (min-width: 40rem) { .slanted { width: calc(100% - 4rem); margin: 0; } }
.dense { border-spacing: 1px; width: auto; max-width: none; font-size: .6875rem; table-layout: auto; }
.dense td { width: 1.5em; min-width: 1.5em; height: 1.5em; border-radius: 1px; }
.dense th { padding: 0 .15em; line-height: 1.1; }
.dense .right { background: color-mix(in srgb, var(--right) calc(100% * var(--share)), var(--line)); }
.dense td:not([class]) { background: color-mix(in srgb, var(--line) 45%, transparent); }
.dense thead td:not([class]) { background: none; }
.dense .wrong { background: color-mix(in srgb, var(--wrong) calc(100% * var(--share)), color-mix(in srgb, var(--line) 45%, transparent)); }
.store { position: absolute; width: 0; height: 0; }
.pictures { list-style: none; padding: 0; margin: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(5rem, 1fr)); gap: .9rem .6rem; }
.pictures li { text-align: center; font-size: .875rem; line-height: 1.35; overflow-wrap: anywhere; }
.pictures b, .pictures small { display: block; }
.pictures em { font-style: normal; color: color-mix(in srgb, var(--validation) 90%, var(--ink)); }
.picture { display: block; width: 4.5rem; max-width: 100%; margin: 0 auto .3rem; image-rendering: pixelated; border: 1px solid var(--line); border-radius: 4px; background: #fff; }
.pictures.small { grid-template-columns: repeat(auto-fill, minmax(2.75rem, 1fr)); gap: .5rem .3rem; }
.small .picture { width: 2.5rem; margin-bottom: .1rem; }
.small li { font-size: .75rem; }
.finding { padding-left: 1rem; border-left: 4px solid var(--note-line); }
.finding + .finding { margin-top: 1.75rem; }
.finding.problem { border-left-color: var(--wrong); }
.finding h3 { margin: 0; overflow-wrap: anywhere; }
.finding .note { margin-top: .2rem; }
.level { display: inline-block; margin-right: .3em; padding: 0 .5em; border-radius: 1em; background: var(--note); color: var(--ink); font-size: .75rem; font-weight: 500; line-height: 1.5rem; vertical-align: .1em; }
.problem .level { background: color-mix(in srgb, var(--wrong) 22%, var(--card)); }
.groups { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: .7rem; }
.pictures.group { display: flex; flex-wrap: wrap; gap: .5rem; padding: .5rem; border: 1px solid var(--line); border-radius: 8px; }
.group li { width: 5.5rem; }
.sheet-row { display: grid; grid-template-columns: minmax(3rem, 9rem) 1fr; gap: .2rem 1rem; align-items: center; padding: .45rem 0; border-top: 1px solid var(--line); }
.sheet-row:first-of-type { border-top: 0; }
.sheet-row h3 { margin: 0; overflow-wrap: anywhere; }
.sheet-row h3 small { display: block; }
.pictures.sheet { display: flex; flex-wrap: wrap; gap: .35rem; }
.sheet .picture { width: 3.25rem; margin: 0; }
.pictures .picture { height: auto; }
.none.picture { aspect-ratio: 1; background: var(--line); }
.cell { width: min(34rem, 92vw); max-height: 80vh; overflow: auto; padding: 1.25rem; border: 1px solid var(--line); border-radius: 12px; background: var(--card); color: var(--ink); box-shadow: 0 1rem 3rem #0004; }
.cell::backdrop { background: #0003; }
.cell > button { margin-top: 1rem; font: inherit; padding: .3rem .9rem; border: 1px solid var(--soft); border-radius: 6px; background: none; color: inherit; cursor: pointer; }
.command { margin-bottom: 1.2rem; overflow-x: auto; }
.command span { white-space: nowrap; }
.command code { white-space: pre-wrap; font: .875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.numbers { width: 100%; }
.numbers th, .numbers td { padding: .35rem .6rem; text-align: right; border-top: 1px solid var(--line); white-space: nowrap; }
.numbers thead th, .numbers thead td { border-top: 0; color: var(--soft); font-weight: 500; font-size: .875rem; }
.numbers th:first-child { text-align: left; padding-left: 0; font-weight: 600; }
.numbers td:last-child, .numbers th:last-child { padding-right: 0; }
.numbers tfoot td, .numbers tfoot th { border-top-width: 2px; font-weight: 600; }
.numbers .setting { max-width: 14rem; overflow: hidden; text-overflow: ellipsis; }
.numbers .word { text-align: left; }
.numbers .best { font-weight: 700; }
.wrapped td { white-space: normal; }
.against th:first-child { white-space: normal; }
.against th, .against td { vertical-align: top; }
.against th small, .against td small { display: block; white-space: normal; }
@media (max-width: 40rem) {
  body { padding-inline: .5rem; }
  header { padding-inline: .75rem; }
  h1 small { display: block; line-height: 1.4; white-space: normal; }
  .confusion { border-spacing: 1px; }
  .sheet-row { grid-template-columns: 1fr; }
  .sheet-row h3 small { display: inline; }
  .confusion .right { font-weight: 500; }
  .confusion thead td { width: calc(var(--names) + .4em); }
  .numbers { font-size: .75rem; }
  .numbers th, .numbers td { padding: .35rem .3rem; }
  .numbers thead th { font-size: .6875rem; white-space: normal; }
  .numbers th small { display: block; }
}
.words { font-size: .9375rem; color: var(--soft); align-self: center; }
.words dt { color: var(--ink); font-weight: 600; }
.words dd { margin: 0 0 .8rem; }
.questions dt { font-weight: 600; }
.questions dd { margin: .2rem 0 1.1rem; max-width: 46rem; }
.questions dd:last-child { margin-bottom: 0; }
.questions small { display: block; }
.settings { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: .9rem 1.5rem; }
.settings dt { color: var(--soft); font-size: .875rem; }
.settings dd { margin: 0; overflow-wrap: anywhere; }
@media print {
  :root { ${cssVariables("light")} }
  body { padding: 0; max-width: none; font-size: 13px; background: none; }
  section { break-inside: auto; border: 0; padding: 0; background: none; }
  .facts { grid-template-columns: repeat(5, 1fr); }
  .chart, .part, tr, .pictures li, .facts { break-inside: avoid; }
  .choice { display: none; }
  .scroll { overflow: visible; }
  .wide .scroll div { min-width: 0; }
  .hint { display: none; }
  .numbers, .numbers thead th, .note, .words { font-size: 12px; }
  .numbers th, .numbers td { padding: .25rem .3rem; white-space: normal; }
  .numbers th:first-child { min-width: 8em; }
  .numbers th small { overflow-wrap: anywhere; }
  .dense { font-size: min(.5rem, calc(55vw / var(--classes))); }
  h2, h3 { break-after: avoid; }
  * { print-color-adjust: exact; }
}
`);
