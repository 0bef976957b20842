import { Html } from "./html.ts";

/** The report's look. Light and dark follow the reader's system; tables scroll in their place on a narrow screen. */
export const styleSheet = new Html(`
:root {
  --paper: #fbfbf9; --card: #ffffff; --ink: #1c1e21; --soft: #63676e; --line: #e3e4e0;
  --training: #2868c8; --validation: #d2691e; --right: #2868c8; --wrong: #d2691e; --note: #fff4dc; --note-line: #e0a526;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14161a; --card: #1b1e23; --ink: #e8e9eb; --soft: #9aa0a9; --line: #2f343b;
    --training: #74a9ff; --validation: #ff9d57; --right: #4f8ff0; --wrong: #f08a3c; --note: #33290f; --note-line: #c9982f;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 2.5rem clamp(1rem, 4vw, 2.5rem) 4rem; max-width: 66rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums;
}
p, dl, ol, figure { margin: 0; }
small { color: var(--soft); font-weight: 400; font-size: .82em; }
.what { font-weight: 600; }
.what time { color: var(--soft); font-weight: 400; margin-left: .6em; }
h1 { margin: .1em 0 0; font-size: clamp(3rem, 12vw, 5rem); line-height: 1.1; letter-spacing: -.03em; }
h1 small { font-size: 1.25rem; letter-spacing: 0; white-space: nowrap; }
h2 { margin: 0 0 1rem; font-size: 1.25rem; letter-spacing: -.01em; }
h3 { margin: 0 0 .6rem; font-size: 1rem; }
.source { color: var(--soft); overflow-wrap: anywhere; }
.notice {
  margin-top: 1rem; padding: .7rem 1rem; background: var(--note); border-left: 4px solid var(--note-line); border-radius: 4px;
  overflow-wrap: anywhere;
}
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 1rem 1.5rem; margin-top: 1.8rem; }
.facts div { border-top: 1px solid var(--line); padding-top: .6rem; }
.facts dd { margin: 0; font-size: 1.4rem; font-weight: 600; line-height: 1.25; letter-spacing: -.01em; }
.facts dt { color: var(--soft); font-size: .875rem; }
section {
  margin-top: 1.75rem; padding: clamp(1rem, 3vw, 1.75rem); background: var(--card); border: 1px solid var(--line); border-radius: 12px;
}
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 2rem; }
.curve svg { display: block; width: 100%; height: auto; overflow: visible; font-family: inherit; color: var(--soft); }
figcaption { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .6rem; margin-bottom: .3rem; }
.keys { display: flex; gap: 1rem; margin-left: auto; color: var(--soft); font-size: .875rem; }
.key::before { content: ""; display: inline-block; width: .7em; height: .7em; margin-right: .4em; border-radius: 50%; background: var(--colour); }
.matrix { display: grid; grid-template-columns: minmax(0, 1fr); gap: 2rem; }
@media (min-width: 56rem) { .matrix { grid-template-columns: minmax(0, 1fr) 18rem; } }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
.note { margin-top: .8rem; color: var(--soft); font-size: .875rem; max-width: 46rem; }
.confusion { border-collapse: separate; border-spacing: 2px; font-size: clamp(.6rem, 2.3vw, .875rem); width: 100%; max-width: 40rem; table-layout: fixed; }
.confusion th { color: var(--soft); font-weight: 500; padding: 0 .35em; text-align: center; white-space: nowrap; }
.confusion tbody th { text-align: right; }
.confusion td { height: 2.5em; padding: 0; text-align: center; border-radius: 3px; }
.confusion thead td { height: auto; width: var(--names); }
.confusion tbody th { overflow: hidden; text-overflow: ellipsis; }
.confusion td i { color: var(--line); font-style: normal; }
.confusion .right { background: color-mix(in srgb, var(--right) calc(6% + 32% * var(--share)), transparent); font-weight: 600; }
.confusion .wrong { background: color-mix(in srgb, var(--wrong) calc(75% * var(--share)), transparent); }
.dense { border-spacing: 1px; width: auto; font-size: .6rem; table-layout: auto; }
.dense td { width: 1.15em; min-width: 1.15em; height: 1.15em; border-radius: 1px; }
.dense th { padding: 0 .15em; line-height: 1.1; }
.dense .right { background: color-mix(in srgb, var(--right) calc(100% * var(--share)), var(--line)); }
.dense .wrong { background: color-mix(in srgb, var(--wrong) calc(100% * var(--share)), color-mix(in srgb, var(--line) 45%, transparent)); }
.pairs { list-style: none; padding: 0; display: grid; grid-template-columns: minmax(3rem, max-content) minmax(2rem, 1fr) max-content; gap: 0 .8rem; }
.pairs li { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; align-items: center; padding: .18rem 0; }
.pairs .times { text-align: right; }
.bar { display: block; height: .5rem; width: calc(100% * var(--share)); border-radius: 2px; background: var(--wrong); }
.numbers { width: 100%; }
.numbers th, .numbers td { padding: .35rem .6rem; text-align: right; border-top: 1px solid var(--line); white-space: nowrap; }
.numbers thead th, .numbers thead td { border-top: 0; color: var(--soft); font-weight: 500; font-size: .875rem; }
.numbers th:first-child { text-align: left; padding-left: 0; font-weight: 600; }
.numbers td:last-child, .numbers th:last-child { padding-right: 0; }
.numbers tfoot td, .numbers tfoot th { border-top-width: 2px; font-weight: 600; }
.bars { width: 30%; min-width: 4rem; }
.bars .bar { background: var(--training); }
@media (max-width: 40rem) {
  .numbers { font-size: .8125rem; }
  .numbers th, .numbers td { padding: .35rem .4rem; }
  .numbers th small { display: block; }
  .numbers .bars { display: none; }
}
.settings { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: .9rem 1.5rem; }
.settings dt { color: var(--soft); font-size: .875rem; }
.settings dd { margin: 0; overflow-wrap: anywhere; }
@media print { body { padding: 0; max-width: none; } section { break-inside: avoid; } }
`);
