import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeDatabase, table } from "./_testing.ts";
import { groupMemberStats } from "./perf_schema_replication_group_member_stats.ts";
import { groupMembers } from "./perf_schema_replication_group_members.ts";

describe("groupMembers", () => {
  it("groupMembers exposes the facts that this version has", async () => {
    const database = fakeDatabase({
      SELECT: table(["CHANNEL_NAME", "MEMBER_HOST", "MEMBER_STATE"], ["group_replication_applier", "db1", "ONLINE"]),
    });
    assert.deepEqual(await expose(groupMembers, database), [
      'mysql_perf_schema_replication_group_member_info{channel_name="group_replication_applier",member_host="db1",' +
      'member_state="ONLINE"} 1',
    ]);
  });
});

describe("groupMemberStats", () => {
  it("groupMemberStats exposes the columns that this version has", async () => {
    const database = fakeDatabase({
      SELECT: table(["MEMBER_ID", "COUNT_TRANSACTIONS_IN_QUEUE", "COUNT_CONFLICTS_DETECTED"], ["u-1", "2", "5"]),
    });
    assert.deepEqual((await expose(groupMemberStats, database)).sort(), [
      "mysql_perf_schema_conflicts_detected_total 5",
      "mysql_perf_schema_transactions_in_queue 2",
    ]);
  });
});
