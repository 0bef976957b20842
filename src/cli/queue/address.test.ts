import { afterEach, expect, test } from "vitest";
import { queueAddress, withoutPassword } from "./address.ts";
import { errorText } from "./bullmq.ts";

const names = ["LENET5_QUEUE", "LENET5_QUEUE_PASSWORD"] as const;
afterEach(() => {
  for (const name of names) delete process.env[name];
});

test.each([
  ["redis://127.0.0.1:6379", "redis", "redis://127.0.0.1:6379"],
  ["rediss://me:secret@queue:6380/2", "redis", "rediss://me@queue:6380/2"],
  ["redis://:secret@[::1]:6379/", "redis", "redis://[::1]:6379"],
  ["postgres://me:se%2Fcret@db/sweeps?sslmode=verify-full&password=secret", "postgres", "postgres://me@db/sweeps"],
  ["postgresql://db", "postgres", "postgresql://db"],
  ["Redis://:secret@queue:6379", "redis", "redis://queue:6379"],
  [" redis://:secret@queue", "redis", "redis://queue"],
])("%s", (given, kind, shown) => {
  expect(queueAddress(given)).toEqual({ kind, url: new URL(given).href, shown });
  expect(withoutPassword(["sweep", "--queue", given, `--queue=${given}`])).toEqual([
    ...["sweep", "--queue", shown, `--queue=${shown}`],
  ]);
});

test("the environment has an address, or a password alone", () => {
  expect(queueAddress(undefined)).toBeUndefined();
  process.env.LENET5_QUEUE = "redis://queue:6379";
  process.env.LENET5_QUEUE_PASSWORD = "a/b";
  expect(queueAddress(undefined)).toMatchObject({ url: "redis://:a%2Fb@queue:6379", shown: "redis://queue:6379" });
  expect(queueAddress("postgres://me:old@db/x")).toMatchObject({ url: "postgres://me:a%2Fb@db/x" });
});

test.each(["queue:6379", "http://me:secret@queue", "redis:secret", ""])(
  "%j is no address, and is not shown",
  (given) => {
    expect(() => queueAddress(given)).toThrow(
      /^--queue: expected an address such as redis:\S+ or postgres:\S+, got another text$/,
    );
    process.env.LENET5_QUEUE = given || "secret";
    expect(() => queueAddress(undefined)).toThrow(/^LENET5_QUEUE: expected an address/);
  },
);

test("other words of a command line stay", () => {
  const words = ["sweep", "redis.yaml", "--out", "postgres/x", "--trials", "3", "redis"];
  expect(withoutPassword(words)).toEqual(words);
});

test.each(["redis://:100%@queue", "postgres://50%me:secret@db/x"])(
  "%s: a lone percent sign is refused, and not shown",
  (given) => {
    expect(() => queueAddress(given)).toThrow(
      /^--queue: expected %25 for each % in the user name and the password, got /,
    );
    expect(() => queueAddress(given)).not.toThrow(/100|secret/);
    expect(errorText(new Error("refused 100%"), { url: "redis://:100%@queue" })).toBe("refused ***");
  },
);

test("an error of a server has no password, wherever the address has it", () => {
  const { url } = queueAddress("postgres://me:se%2Fcret@db/x?password=hid+den&sslmode=require")!;
  expect(errorText(new Error("se/cret se%2Fcret hid den\nhid%20den require"), { url })).toBe("*** *** *** *** require");
});
