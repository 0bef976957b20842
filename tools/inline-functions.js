/**
 * A plug-in of AssemblyScript's compiler: gives every function below a line `// @inline` the decorator of that name.
 * TypeScript has no decorators on functions. With comments instead, formatter and linter accept the kernels as
 * TypeScript.
 */
import { FunctionDeclaration, Node } from "assemblyscript";
import { Transform } from "assemblyscript/transform";

export default class InlineFunctions extends Transform {
  /** @param {import("assemblyscript").Parser} parser */
  afterParse(parser) {
    for (const source of parser.sources) {
      if (!source.normalizedPath.startsWith("kernels/")) continue;
      const names = new Set(
        [...source.text.matchAll(/^\/\/ @inline\n(?:export )?function (\w+)/gm)].map(([, name]) => name),
      );
      const marks = source.text.match(/@inline/g)?.length ?? 0;
      if (marks !== names.size)
        throw new Error(`${source.normalizedPath}: expected each // @inline right above a function`);
      for (const statement of source.statements) {
        if (!(statement instanceof FunctionDeclaration) || !names.has(statement.name.text)) continue;
        const name = Node.createIdentifierExpression("inline", statement.name.range);
        statement.decorators = [Node.createDecorator(name, null, statement.name.range)];
      }
    }
  }
}
