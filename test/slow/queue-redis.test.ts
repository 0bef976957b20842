import { describe } from "vitest";
import { redisServer } from "./queue-rig.ts";
import { queueTests } from "./queue-tests.ts";

const server = redisServer();

describe.runIf(server)("Redis", () => queueTests(server!));
