import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseMdstat } from "./mdadm.ts";

describe("parseMdstat", () => {
  it("parseMdstat() finds nothing without devices", () => {
    assert.deepEqual(parseMdstat("Personalities : \nunused devices: <none>\n"), []);
  });

  it("parseMdstat() finds progress behind other lines", () => {
    const [device] = parseMdstat(`Personalities : [raid1]
md0 : active raid1 sdb1[1] sda1[0]
      1000 blocks super 1.2 [2/2] [UU]
      bitmap: 1/3 pages [4KB], 65536KB chunk
      [=>...]  check = 28.9% (289/1000) finish=1.1min speed=1K/sec
`);
    assert.deepEqual(device, {
      device: "md0",
      state: "check",
      disks: { active: 2, failed: 0, spare: 0 },
      disksRequired: 2,
      blocks: 1000,
      blocksSynced: 289,
    });
  });

  it("parseMdstat() reads an array that is marked read-only", () => {
    const [device] = parseMdstat("md0 : active (auto-read-only) raid1 sda1[0]\n      8 blocks [2/1] [U_]\n");
    assert.equal(device!.state, "active");
    assert.equal(device!.disksRequired, 2);
  });

  const broken: [what: string, text: string, message: string][] = [
    ["a device without a state", "md0 : \n", 'line 1 is "md0 : ", expected a device, a colon and a state'],
    ["a device without a second line", "md0 : active raid1 sda1[0]\n", 'line 2 is "", expected a number of blocks'],
    [
      "a second line without blocks",
      "md0 : active raid1\n      x\n",
      'line 2 is "      x", expected a number of blocks',
    ],
    [
      "a second line without disks",
      "md0 : active raid1\n      8 blocks\n",
      'line 2 is "      8 blocks", expected the number of disks as in [2/1] [_U]',
    ],
    [
      "progress without numbers",
      "md0 : active raid1\n      8 blocks [1/1] [U]\n      resync = 1%\n",
      'line 3 is "      resync = 1%", expected progress as in (512/1024)',
    ],
  ];
  for (const [what, text, message] of broken) {
    it(`parseMdstat() rejects ${what}`, () => {
      assert.throws(() => parseMdstat(text), { name: "SyntaxError", message: `Cannot read /proc/mdstat: ${message}` });
    });
  }
});
