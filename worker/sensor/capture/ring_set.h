// Reads the kernel's ring buffers in the order of their events' time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "worker/sensor/bpf/event.h"

namespace bench::sensor {

// The consumer's end of one BPF ring buffer, mapped into our memory. libbpf's own consumer calls
// back ring by ring; merging several by time needs to look at each ring's first event and take one.
// Not thread-safe.
class Ring {
 public:
  // `map_fd` stays the caller's.
  static absl::StatusOr<Ring> Map(int map_fd, size_t ring_bytes);
  Ring(Ring&& other) noexcept;
  Ring& operator=(Ring&&) = delete;
  ~Ring();

  // The oldest event that the kernel has finished; nullptr: none. It stays valid until Release.
  const bench_event* Peek();
  // Gives the room of the peeked event back to the kernel.
  void Release();

 private:
  Ring() = default;
  size_t page_bytes_ = 0;
  size_t ring_bytes_ = 0;
  uint64_t* consumer_position_ = nullptr;        // a page of its own, the only one we may write
  const uint64_t* producer_position_ = nullptr;  // followed by the data, mapped twice in a row
  const uint8_t* data_ = nullptr;
  uint64_t position_ = 0;       // of the next record
  uint64_t next_position_ = 0;  // behind the peeked event; 0 = nothing is peeked
};

// Not thread-safe.
class RingSet {
 public:
  explicit RingSet(std::vector<Ring> rings) : rings_(std::move(rings)) {
    heads_.resize(rings_.size());
  }
  // The oldest event of all rings, valid until the next call, which gives its room back to the
  // kernel; nullptr: none.
  const bench_event* Next();
  size_t size() const { return rings_.size(); }

 private:
  std::vector<Ring> rings_;
  std::vector<const bench_event*> heads_;  // the first event of each ring; nullptr = not looked yet
  int taken_ = -1;                         // the ring of the event that is out
};

}  // namespace bench::sensor
