import { defineConfig } from "vitest/config";
import all from "./vitest.config.ts";

/** The tests that `npm run mutants` chose (tools/mutants.js). */
export default defineConfig({ ...all, test: { ...all.test, include: process.env.MUTANTS_TESTS?.split(",") } });
