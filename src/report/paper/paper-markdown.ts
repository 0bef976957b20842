import { comparedNumbers } from "./compared-numbers.ts";
import { differences } from "./differences.ts";
import { type OpenQuestion, openQuestions } from "./open-questions.ts";
import type { PaperJson } from "./paper-results.ts";
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

/** Paths of a figure, relative to the Markdown file; `dark` is for readers with a dark theme. */
export interface FigureFile {
  readonly light: string;
  readonly dark?: string;
}

/** The page as Markdown. Its figures are separate files; a figure without a file is left out. */
export function paperMarkdown(
  paper: PaperJson,
  figureFiles: Readonly<Partial<Record<PaperFigureName, FigureFile | string>>>,
  questions: readonly OpenQuestion[] = openQuestions,
): string {
  const figure = (name: PaperFigureName) => {
    const file = figureFiles[name];
    if (file === undefined) return [];
    const { title, alt, text } = captionOf(paper, name);
    return [
      pictureOf(`${title}: ${alt}`, typeof file === "string" ? { light: file } : file),
      paragraph(`**${title}.** ${plain(text)}`),
    ];
  };
  const part = (heading: string, ...names: readonly PaperFigureName[]) => {
    const figures = names.flatMap(figure);
    return figures.length > 0 ? [`## ${heading}`, ...figures] : [];
  };
  const notice = quickNotice(paper);
  const comparison = comparedNumbers(paper).map(({ what, source, published, measured, over }) => [
    what,
    source,
    published,
    over ? `${measured} (${over})` : measured,
  ]);
  const runs = runRows(paper);
  const blocks = [
    `# ${TITLE}`,
    ...(notice ? [`> **${plain(notice)}**`] : []),
    paragraph(plain(summary(paper))),
    "## Published and measured",
    table(["Number", "Where in the paper", "Published", "Measured"], comparison, 2),
    paragraph(plain(tableNote(paper))),
    ...part("Training", "training", "sizes"),
    ...part("Errors", "misread", "rejection"),
    ...part("Among other classifiers", "classifiers"),
    ...(questions.length > 0 ? ["## What the paper leaves open", ...openText(paper, questions)] : []),
    "## Settings",
    `\`\`\`sh\n${paper.command.replaceAll(/[\r\n`]/g, " ")}\n\`\`\``,
    table(["Setting", "Value"], Object.entries(settingsOf(paper)), 2),
    ...(runs.length > 0 ? ["Every run:", table(runColumns, runs, 1)] : []),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function openText(paper: PaperJson, questions: readonly OpenQuestion[]): string[] {
  const text = differences(paper);
  return [...(text ? [paragraph(plain(text))] : []), questions.map(questionText).join("\n")];
}

function questionText({ question, choice, evidence }: OpenQuestion): string {
  return paragraph(`- **${plain(question)}** ${plain(choice)}${evidence && ` ${plain(evidence)}`}`, "  ");
}

function pictureOf(alt: string, { light, dark }: FigureFile): string {
  if (dark === undefined) return `![${alt}](${light})`;
  return `<picture><source media="(prefers-color-scheme: dark)" srcset="${dark}"><img src="${light}" alt="${alt}"></picture>`;
}

/** A table; columns from index `numbers` on are aligned to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[], numbers: number): string {
  const row = (cells: readonly string[]) => `| ${cells.map(plain).join(" | ")} |`;
  return [row(head), `|${head.map((_, i) => (i < numbers ? " --- |" : " ---: |")).join("")}`, ...rows.map(row)].join(
    "\n",
  );
}

/** Escapes text for Markdown. */
function plain(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, " ")
    .replaceAll(/[\\`*_[\]<>|&]/g, (sign) =>
      sign === "&" ? "&amp;" : sign === "<" ? "&lt;" : sign === ">" ? "&gt;" : `\\${sign}`,
    );
}

/** Wraps text in lines of at most 120 characters. */
function paragraph(text: string, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > 120) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
