// Turns the kernel's events into contexts, and keeps threads and descriptors up to date by them.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "worker/sensor/bpf/event.h"
#include "worker/sensor/state/event_context.h"
#include "worker/sensor/state/thread_table.h"

namespace bench::sensor {

// Decides by the event alone and what the table's source tells: no I/O of its own. Not thread-safe.
class Interpreter {
 public:
  // `threads` must outlive it and the contexts.
  explicit Interpreter(ThreadTable* threads) : threads_(threads) {}

  // `data` are the bytes behind `event`. Overwrites `context` (but for its time), which is meant to
  // be used again for each event.
  void Interpret(const bench_event& event, absl::string_view data, EventContext& context);

 private:
  void OnLifecycle(const bench_event& event, absl::string_view data, EventContext& context);
  void OnOpen(absl::string_view data, EventContext& context);
  void OnFileCall(absl::string_view data, EventContext& context);
  void OnSocketCall(absl::string_view data, EventContext& context);
  void OnDescriptorCall(EventContext& context);

  // `path` as seen from the descriptor `directory_fd` (AT_FDCWD: the working directory).
  std::string Resolve(const EventContext& context, int directory_fd, absl::string_view path) const;
  // Fills in what is known of descriptor `fd`.
  void UseFd(EventContext& context, int fd) const;
  // The call made descriptor `fd`.
  void MakeFd(EventContext& context, int fd, FdKind kind, std::string name, bool close_on_exec);

  ThreadTable* threads_;
};

}  // namespace bench::sensor
