#include "worker/sensor/state/fd_table.h"

#include <utility>

namespace bench::sensor {

FdTable::~FdTable() {
  totals_->open -= static_cast<int64_t>(by_number_.size());
  totals_->removed += static_cast<int64_t>(by_number_.size());
}

void FdTable::Open(int fd, FdInfo info) {
  if (fd < 0) return;
  auto [entry, is_new] = by_number_.insert_or_assign(fd, std::move(info));
  if (!is_new) return;
  ++totals_->open;
  ++totals_->added;
}

bool FdTable::Close(int fd) {
  if (by_number_.erase(fd) == 0) return false;
  --totals_->open;
  ++totals_->removed;
  return true;
}

bool FdTable::Duplicate(int from, int to, bool close_on_exec) {
  const FdInfo* source = Find(from);
  if (source == nullptr) {
    // Nothing is known of the new one either, whatever stood under its number.
    Close(to);
    return false;
  }
  if (from == to) return true;
  FdInfo copy = *source;
  copy.close_on_exec = close_on_exec;
  Open(to, std::move(copy));
  return true;
}

void FdTable::SetCloseOnExec(int fd, bool close_on_exec) {
  if (FdInfo* info = Find(fd)) info->close_on_exec = close_on_exec;
}

void FdTable::CloseOnExec() {
  for (auto entry = by_number_.begin(); entry != by_number_.end();) {
    if (entry->second.close_on_exec) {
      by_number_.erase(entry++);
      --totals_->open;
      ++totals_->removed;
    } else {
      ++entry;
    }
  }
}

void FdTable::CopyFrom(const FdTable& other) {
  const auto gone = static_cast<int64_t>(by_number_.size());
  const auto come = static_cast<int64_t>(other.by_number_.size());
  by_number_ = other.by_number_;
  totals_->open += come - gone;
  totals_->removed += gone;
  totals_->added += come;
}

FdInfo* FdTable::Find(int fd) {
  auto entry = by_number_.find(fd);
  return entry == by_number_.end() ? nullptr : &entry->second;
}

}  // namespace bench::sensor
