// What a process has open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace bench::sensor {

// As Falco's fd.typechar writes them.
enum class FdKind : char {
  kUnknown = '?',
  kFile = 'f',
  kDirectory = 'd',
  kIpv4 = '4',
  kIpv6 = '6',
  kUnix = 'u',
  kPipe = 'p',
  kEvent = 'e',  // eventfd, epoll and their like
};

struct FdInfo {
  FdKind kind = FdKind::kUnknown;
  std::string name;  // absolute path, "10.0.0.1:5000->10.0.0.2:80", or "" if it has none
  bool close_on_exec = false;
};

// Counts over all tables of one sensor, for its metrics.
struct FdTotals {
  int64_t open = 0;
  int64_t added = 0;
  int64_t removed = 0;
};

// One process's descriptors, or those of several processes that share them. Not thread-safe.
class FdTable {
 public:
  explicit FdTable(std::shared_ptr<FdTotals> totals) : totals_(std::move(totals)) {}
  ~FdTable();
  FdTable(const FdTable&) = delete;
  FdTable& operator=(const FdTable&) = delete;

  // Takes the place of what was known under that number (its close may have been dropped).
  void Open(int fd, FdInfo info);
  bool Close(int fd);
  // dup and its like: `to` becomes what `from` is; false if that is unknown.
  bool Duplicate(int from, int to, bool close_on_exec);
  void SetCloseOnExec(int fd, bool close_on_exec);
  // What an exec closes.
  void CloseOnExec();
  // A forked child's table begins as its parent's.
  void CopyFrom(const FdTable& other);

  FdInfo* Find(int fd);
  size_t size() const { return by_number_.size(); }

 private:
  std::shared_ptr<FdTotals> totals_;
  absl::flat_hash_map<int, FdInfo> by_number_;
};

}  // namespace bench::sensor
