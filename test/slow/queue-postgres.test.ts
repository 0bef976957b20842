import { describe } from "vitest";
import { postgresServer } from "./queue-rig.ts";
import { queueTests } from "./queue-tests.ts";

const server = postgresServer();

describe.runIf(server)("PostgreSQL", () => queueTests(server!));
