// One event, decoded and seen with the state of its process: what rules and alerts read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "worker/sensor/events/event_type.h"
#include "worker/sensor/state/fd_table.h"
#include "worker/sensor/state/thread_table.h"

namespace bench::sensor {

struct EventContext {
  EventType type = EventType::kNone;
  int64_t time_ns = 0;  // wall clock, since 1970; set by whoever knows the clocks' offset
  int64_t ret = 0;      // what the call returned: a negative errno if it failed
  int32_t args[BENCH_ARGS] = {};
  uint32_t uid = 0;                // of the thread at that moment
  std::shared_ptr<Thread> thread;  // never null once interpreted; also of one that just ended
  ThreadTable* threads = nullptr;  // for its ancestors
  // The host's users, set once by the context's owner; nullptr = names aren't known.
  const absl::flat_hash_map<uint32_t, std::string>* user_names = nullptr;

  // The descriptor that the event is about: made, used or closed by it; -1 = none.
  int fd = -1;
  FdKind fd_kind = FdKind::kUnknown;
  std::string fd_name;
  // Of opens, as open(2) encodes them; of others 0.
  uint32_t open_flags = 0;
  uint32_t mode = 0;  // of what was created, or is set by chmod
  // Of calls that name files: absolute and normalised; the second one is the target of a rename, a
  // link, a mount.
  std::string path;
  std::string second_path;
  std::string raw_path;  // as the caller wrote the first one
  // Of connect, accept, bind: the other side (of bind: our own); port 0 = none.
  std::string peer_address;
  int peer_port = 0;
};

}  // namespace bench::sensor
