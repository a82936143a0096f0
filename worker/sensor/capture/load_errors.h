// What keeps the probe from loading, in words for the user.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bench::sensor {

// Looked at before loading: BTF is there, we see the host's processes.
absl::Status CheckHost();

// Whether the memory limit of our cgroup (the files of v1 or v2, below `cgroup_root`, as
// `self_cgroup`, the text of /proc/self/cgroup, names it) leaves room for that many bytes of ring
// buffers and for the sensor itself. A limit that can't be read is none.
absl::Status CheckMemoryLimit(int64_t rings_bytes, absl::string_view self_cgroup,
                              const std::string& cgroup_root);

// `step` ("make a ring buffer of 8 MiB") failed with `error` (an errno); `libbpf_words` is the tail
// of what libbpf and the verifier said.
absl::Status ExplainLoadError(absl::string_view step, int error, absl::string_view libbpf_words);

// Collects what libbpf says (it has one log for the whole process), for ExplainLoadError. The
// process is single-threaded while it loads.
class LibbpfLog {
 public:
  LibbpfLog();
  ~LibbpfLog();
  LibbpfLog(const LibbpfLog&) = delete;
  LibbpfLog& operator=(const LibbpfLog&) = delete;
  // The last lines.
  std::string Tail() const;
};

}  // namespace bench::sensor
