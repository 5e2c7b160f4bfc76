import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkPermissions, type Permissions } from "./permissions.ts";

describe("checkPermissions()", () => {
  it("takes what runtimes understand", () => {
    checkPermissions("t", undefined);
    checkPermissions("t", {
      net: ["*", "localhost", "db.example.com:5432", "10.0.0.1:80", "[::1]:6379", "*.example.com"],
      read: ["/", "/proc", "/srv/a file", "C:\\data"],
      env: ["HOME", "_x1"],
      run: ["nvidia-smi", "/usr/sbin/smartctl"],
    });
  });

  const cases: [permissions: unknown, problem: string][] = [
    [{ net: ["http://a"] }, 'net has "http://a", expected host, host:port, [address]:port or *'],
    [{ net: ["a,b"] }, 'net has "a,b", expected host, host:port, [address]:port or *'],
    [{ read: ["data"] }, 'read has "data", expected an absolute path without a comma'],
    [{ read: ["/a,/b"] }, 'read has "/a,/b", expected an absolute path without a comma'],
    [{ read: "/a" }, 'read has "/a", expected an absolute path without a comma'],
    [{ env: ["A=1"] }, 'env has "A=1", expected the name of a variable'],
    [{ run: ["ls -l"] }, 'run has "ls -l", expected a program without blanks and commas'],
    [{ write: ["/a"] }, 'there is no "write", only net, read, env, run'],
  ];
  for (const [permissions, problem] of cases) {
    it(`rejects ${JSON.stringify(permissions)}`, () => {
      assert.throws(() => checkPermissions("t", permissions as Permissions), {
        name: "TypeError",
        message: `Cannot define exporter "t": of its permissions, ${problem}`,
      });
    });
  }
});
