#include "controller/scheduler/contradictions.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <tuple>

namespace bench {
namespace {

int32_t Height(int32_t cpu_millis) {
  return cpu_millis > 0 ? cpu_millis : std::numeric_limits<int32_t>::max();
}

}  // namespace

std::vector<size_t> Contradicting(const std::vector<CellAnswer>& answers, double precision) {
  // Rows of the grid, each by its CPU limit.
  std::map<std::tuple<std::string, int64_t, SensorSettings>, std::vector<size_t>> rows;
  for (size_t i = 0; i < answers.size(); ++i) {
    rows[{answers[i].node, answers[i].memory_bytes, answers[i].settings}].push_back(i);
  }
  std::set<size_t> found;
  for (auto& [where, row] : rows) {
    std::sort(row.begin(), row.end(), [&answers](size_t a, size_t b) {
      return Height(answers[a].cpu_millis) < Height(answers[b].cpu_millis);
    });
    for (size_t i = 1; i < row.size(); ++i) {
      const CellAnswer& less = answers[row[i - 1]];
      const CellAnswer& more = answers[row[i]];
      if (less.cpu_millis == more.cpu_millis) continue;
      if (less.syscalls_per_sec <= more.syscalls_per_sec * (1 + 2 * precision)) continue;
      found.insert(row[i - 1]);
      found.insert(row[i]);
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace bench
