#include "controller/storage/node_repository.h"

#include <map>
#include <string>

#include "common/status/status_macros.h"
#include "controller/storage/json.h"
#include "controller/storage/time_text.h"

namespace bench {

absl::Status NodeRepository::Upsert(const v1::Node& node, absl::Time now) {
  std::map<std::string, std::string> labels(node.labels().begin(), node.labels().end());
  std::string time = FormatTimeText(now);
  return database_.Run(
      "INSERT INTO nodes (name, labels, kernel, cpus, memory_bytes, version, registered_at, "
      "last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET labels = "
      "excluded.labels, kernel = excluded.kernel, cpus = excluded.cpus, memory_bytes = "
      "excluded.memory_bytes, version = excluded.version, last_seen_at = excluded.last_seen_at",
      node.name(), ToJsonObject(labels), node.kernel(), node.cpus(), node.memory_bytes(),
      node.version(), time, time);
}

absl::Status NodeRepository::MarkSeen(absl::string_view name, absl::Time now) {
  return database_.Run("UPDATE nodes SET last_seen_at = ? WHERE name = ?", FormatTimeText(now),
                       name);
}

absl::StatusOr<std::vector<v1::Node>> NodeRepository::List() {
  BENCH_ASSIGN_OR_RETURN(Statement rows,
                         database_.Prepare("SELECT name, labels, kernel, cpus, memory_bytes, "
                                           "version, last_seen_at FROM nodes ORDER BY name"));
  std::vector<v1::Node> nodes;
  for (;;) {
    BENCH_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) return nodes;
    v1::Node& node = nodes.emplace_back();
    node.set_name(rows.Text());
    for (const auto& [key, value] : FromJsonObject(rows.Text())) {
      (*node.mutable_labels())[key] = value;
    }
    node.set_kernel(rows.Text());
    node.set_cpus(rows.Int());
    node.set_memory_bytes(rows.Int64());
    node.set_version(rows.Text());
    if (auto seen = ParseTimeText(rows.Text())) *node.mutable_last_seen() = ToTimestamp(*seen);
  }
}

}  // namespace bench
