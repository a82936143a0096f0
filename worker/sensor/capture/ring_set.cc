#include "worker/sensor/capture/ring_set.h"

#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "common/os/files.h"

namespace bench::sensor {

absl::StatusOr<Ring> Ring::Map(int map_fd, size_t ring_bytes) {
  Ring ring;
  ring.page_bytes_ = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  ring.ring_bytes_ = ring_bytes;
  void* consumer = mmap(nullptr, ring.page_bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
  if (consumer == MAP_FAILED) return ErrnoStatus("map a ring buffer's consumer page", errno);
  ring.consumer_position_ = static_cast<uint64_t*>(consumer);
  void* producer = mmap(nullptr, ring.page_bytes_ + 2 * ring_bytes, PROT_READ, MAP_SHARED, map_fd,
                        static_cast<off_t>(ring.page_bytes_));
  if (producer == MAP_FAILED) return ErrnoStatus("map a ring buffer's data", errno);
  ring.producer_position_ = static_cast<const uint64_t*>(producer);
  ring.data_ = static_cast<const uint8_t*>(producer) + ring.page_bytes_;
  ring.position_ = *ring.consumer_position_;
  return ring;
}

Ring::Ring(Ring&& other) noexcept
    : page_bytes_(other.page_bytes_),
      ring_bytes_(other.ring_bytes_),
      consumer_position_(std::exchange(other.consumer_position_, nullptr)),
      producer_position_(std::exchange(other.producer_position_, nullptr)),
      data_(other.data_),
      position_(other.position_),
      next_position_(other.next_position_) {}

Ring::~Ring() {
  if (consumer_position_ != nullptr) munmap(consumer_position_, page_bytes_);
  if (producer_position_ != nullptr) {
    munmap(const_cast<uint64_t*>(producer_position_), page_bytes_ + 2 * ring_bytes_);
  }
}

const bench_event* Ring::Peek() {
  // The kernel publishes with release stores: first the position, then the header without its busy
  // bit once the record is complete.
  const uint64_t produced = __atomic_load_n(producer_position_, __ATOMIC_ACQUIRE);
  while (position_ < produced) {
    const uint8_t* record = data_ + (position_ & (ring_bytes_ - 1));
    const uint32_t header =
        __atomic_load_n(reinterpret_cast<const uint32_t*>(record), __ATOMIC_ACQUIRE);
    if (header & BPF_RINGBUF_BUSY_BIT) return nullptr;
    const uint64_t bytes = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    const uint64_t next = position_ + ((bytes + BPF_RINGBUF_HDR_SZ + 7) & ~uint64_t{7});
    if (!(header & BPF_RINGBUF_DISCARD_BIT)) {
      next_position_ = next;
      return reinterpret_cast<const bench_event*>(record + BPF_RINGBUF_HDR_SZ);
    }
    position_ = next;
    __atomic_store_n(consumer_position_, position_, __ATOMIC_RELEASE);
  }
  return nullptr;
}

void Ring::Release() {
  if (next_position_ == 0) return;
  position_ = std::exchange(next_position_, 0);
  __atomic_store_n(consumer_position_, position_, __ATOMIC_RELEASE);
}

const bench_event* RingSet::Next() {
  if (taken_ >= 0) {
    rings_[taken_].Release();
    heads_[taken_] = nullptr;
    taken_ = -1;
  }
  const bench_event* oldest = nullptr;
  for (size_t i = 0; i < rings_.size(); ++i) {
    if (heads_[i] == nullptr) heads_[i] = rings_[i].Peek();
    if (heads_[i] != nullptr && (oldest == nullptr || heads_[i]->boot_ns < oldest->boot_ns)) {
      oldest = heads_[i];
      taken_ = static_cast<int>(i);
    }
  }
  return oldest;
}

}  // namespace bench::sensor
