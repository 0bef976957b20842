import { joinPath, writeBeside } from "#platform";
import { type PaperFigureName, paperFigures } from "../../figures.ts";
import { type FigureFile, paperMarkdown } from "../../report/paper/paper-markdown.ts";
import { paperHtml } from "../../report/paper/paper-page.ts";
import type { PaperJson } from "../../report/paper/paper-results.ts";

/** Writes the results as an HTML page, and as Markdown with figures; returns the page's path. */
export async function writePaper(folder: string, paper: PaperJson): Promise<string> {
  const files: Partial<Record<PaperFigureName, FigureFile>> = {};
  for (const [name, figure] of Object.entries(paperFigures(paper))) {
    const file = { light: `paper-${name}.svg`, dark: `paper-${name}-dark.svg` };
    await writeBeside(joinPath(folder, file.light), figure.themed("light"));
    await writeBeside(joinPath(folder, file.dark), figure.themed("dark"));
    files[name as PaperFigureName] = file;
  }
  await writeBeside(joinPath(folder, "paper.md"), paperMarkdown(paper, files));
  const page = joinPath(folder, "paper.html");
  await writeBeside(page, paperHtml(paper));
  return page;
}
