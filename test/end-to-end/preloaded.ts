/** Code that runs before the command: its thread acts when it reads a picture of a name that ends so. */
export const preloaded = (ending: string, action: string) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    const { readFileSync } = fs;
    fs.readFileSync = (path, ...rest) => {
      if (String(path).endsWith(${JSON.stringify(ending)})) { ${action} }
      return readFileSync(path, ...rest);
    };
    syncBuiltinESMExports();`)}`,
});
