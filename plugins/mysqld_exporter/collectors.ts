import type { Collector } from "@exporterkit/core";
import { accountStatistics } from "./account_statistics.ts";
import { autoIncrementColumns } from "./auto_increment_columns.ts";
import { binlogSize } from "./binlog_size.ts";
import { engineInnodbStatus } from "./engine_innodb_status.ts";
import { engineTokudbStatus } from "./engine_tokudb_status.ts";
import { globalStatus } from "./global_status.ts";
import { globalVariables } from "./global_variables.ts";
import { heartbeat } from "./heartbeat.ts";
import { innodbCmp } from "./info_schema_innodb_cmp.ts";
import { innodbCmpmem } from "./info_schema_innodb_cmpmem.ts";
import { innodbMetrics } from "./info_schema_innodb_metrics.ts";
import { innodbTablespaces } from "./info_schema_innodb_tablespaces.ts";
import { processlist } from "./info_schema_processlist.ts";
import { queryResponseTime } from "./info_schema_query_response_time.ts";
import { replicaHost } from "./info_schema_replica_host.ts";
import { schemaStatistics } from "./info_schema_schemastats.ts";
import { tables } from "./info_schema_tables.ts";
import { tableStatistics } from "./info_schema_tablestats.ts";
import { mysqlUser } from "./mysql_user.ts";
import { eventsStatements } from "./perf_schema_eventsstatements.ts";
import { eventsStatementsSum } from "./perf_schema_eventsstatementssum.ts";
import { eventsWaits } from "./perf_schema_eventswaits.ts";
import { fileEvents } from "./perf_schema_file_events.ts";
import { fileInstances } from "./perf_schema_file_instances.ts";
import { indexIoWaits } from "./perf_schema_indexiowaits.ts";
import { memoryEvents } from "./perf_schema_memory_events.ts";
import { applierStatusByWorker } from "./perf_schema_replication_applier_status_by_worker.ts";
import { groupMemberStats } from "./perf_schema_replication_group_member_stats.ts";
import { groupMembers } from "./perf_schema_replication_group_members.ts";
import { tableIoWaits } from "./perf_schema_tableiowaits.ts";
import { tableLocks } from "./perf_schema_tablelocks.ts";
import { slaveHosts } from "./slave_hosts.ts";
import { slaveStatus } from "./slave_status.ts";
import { userSummary } from "./sys_user_summary.ts";

/** The collectors, by the names that mysqld_exporter has for them; those that are on by default come first. */
export const collectors = withFlags({
  global_status: globalStatus,
  global_variables: globalVariables,
  slave_status: slaveStatus,
  "info_schema.innodb_cmp": innodbCmp,
  "info_schema.innodb_cmpmem": innodbCmpmem,
  "info_schema.query_response_time": queryResponseTime,
  "auto_increment.columns": autoIncrementColumns,
  binlog_size: binlogSize,
  engine_innodb_status: engineInnodbStatus,
  engine_tokudb_status: engineTokudbStatus,
  heartbeat,
  "info_schema.clientstats": accountStatistics("client"),
  "info_schema.innodb_metrics": innodbMetrics,
  "info_schema.innodb_tablespaces": innodbTablespaces,
  "info_schema.processlist": processlist,
  "info_schema.replica_host": replicaHost,
  "info_schema.schemastats": schemaStatistics,
  "info_schema.tables": tables,
  "info_schema.tablestats": tableStatistics,
  "info_schema.userstats": accountStatistics("user"),
  "mysql.user": mysqlUser,
  "perf_schema.eventsstatements": eventsStatements,
  "perf_schema.eventsstatementssum": eventsStatementsSum,
  "perf_schema.eventswaits": eventsWaits,
  "perf_schema.file_events": fileEvents,
  "perf_schema.file_instances": fileInstances,
  "perf_schema.indexiowaits": indexIoWaits,
  "perf_schema.memory_events": memoryEvents,
  "perf_schema.replication_applier_status_by_worker": applierStatusByWorker,
  "perf_schema.replication_group_member_stats": groupMemberStats,
  "perf_schema.replication_group_members": groupMembers,
  "perf_schema.tableiowaits": tableIoWaits,
  "perf_schema.tablelocks": tableLocks,
  slave_hosts: slaveHosts,
  "sys.user_summary": userSummary,
});

/** Lets `--collect.<name>` switch each, as with mysqld_exporter. */
function withFlags<Collectors extends Readonly<Record<string, unknown>>>(collectors: Collectors): Collectors {
  const named = Object.entries(collectors).map(([name, collector]) => {
    return [name, { ...collector as Collector, alias: { flag: `collect.${name}` } }];
  });
  return Object.fromEntries(named) as Collectors;
}
