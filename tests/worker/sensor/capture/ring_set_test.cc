// Rings in shared memory laid out as the kernel lays out its own.
#include "worker/sensor/capture/ring_set.h"

#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "common/os/files.h"

namespace bench::sensor {
namespace {

constexpr size_t kRingBytes = 1 << 16;

// The producer's end.
class FakeRing {
 public:
  FakeRing() : page_(static_cast<size_t>(sysconf(_SC_PAGESIZE))) {
    fd_ = UniqueFd(memfd_create("ring", MFD_CLOEXEC));
    bytes_ = 2 * page_ + 2 * kRingBytes;
    EXPECT_EQ(ftruncate(fd_.get(), static_cast<off_t>(bytes_)), 0);
    base_ = static_cast<uint8_t*>(
        mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), 0));
  }
  ~FakeRing() { munmap(base_, bytes_); }
  FakeRing(const FakeRing&) = delete;
  FakeRing& operator=(const FakeRing&) = delete;

  Ring Map() { return *Ring::Map(fd_.get(), kRingBytes); }

  // Returns where the record's header is.
  uint32_t* Add(uint64_t boot_ns, uint16_t data_bytes = 0, uint32_t flags = 0) {
    uint8_t* record = base_ + 2 * page_ + *produced() % kRingBytes;
    auto* header = reinterpret_cast<uint32_t*>(record);
    const uint32_t bytes = sizeof(bench_event) + data_bytes;
    *header = bytes | flags;
    bench_event event = {};
    event.boot_ns = boot_ns;
    event.data_bytes = data_bytes;
    memcpy(record + BPF_RINGBUF_HDR_SZ, &event, sizeof event);
    *produced() += (bytes + BPF_RINGBUF_HDR_SZ + 7) & ~7u;
    return header;
  }
  uint64_t consumed() const { return *reinterpret_cast<uint64_t*>(base_); }
  uint64_t* produced() { return reinterpret_cast<uint64_t*>(base_ + page_); }

 private:
  size_t page_;
  size_t bytes_ = 0;
  UniqueFd fd_;
  uint8_t* base_ = nullptr;
};

std::vector<uint64_t> Drain(RingSet& set) {
  std::vector<uint64_t> times;
  while (const bench_event* event = set.Next()) times.push_back(event->boot_ns);
  return times;
}

TEST(RingSet, MergesRingsByTime) {
  FakeRing a;
  FakeRing b;
  for (uint64_t t : {1, 4, 5}) a.Add(t, 13);
  for (uint64_t t : {2, 3, 9}) b.Add(t);
  std::vector<Ring> rings;
  rings.push_back(a.Map());
  rings.push_back(b.Map());
  RingSet set(std::move(rings));
  EXPECT_EQ(Drain(set), (std::vector<uint64_t>{1, 2, 3, 4, 5, 9}));
  EXPECT_EQ(a.consumed(), *a.produced());
  EXPECT_EQ(b.consumed(), *b.produced());
}

TEST(RingSet, GivesRoomBackOnlyAfterTheEventWasUsed) {
  FakeRing ring;
  ring.Add(1);
  std::vector<Ring> rings;
  rings.push_back(ring.Map());
  RingSet set(std::move(rings));
  ASSERT_NE(set.Next(), nullptr);
  EXPECT_EQ(ring.consumed(), 0u);
  EXPECT_EQ(set.Next(), nullptr);
  EXPECT_EQ(ring.consumed(), *ring.produced());
}

TEST(RingSet, WaitsForARecordThatIsStillBeingWritten) {
  FakeRing ring;
  ring.Add(1);
  uint32_t* busy = ring.Add(2, 0, BPF_RINGBUF_BUSY_BIT);
  ring.Add(3);
  std::vector<Ring> rings;
  rings.push_back(ring.Map());
  RingSet set(std::move(rings));
  EXPECT_EQ(Drain(set), (std::vector<uint64_t>{1}));
  *busy &= ~BPF_RINGBUF_BUSY_BIT;
  EXPECT_EQ(Drain(set), (std::vector<uint64_t>{2, 3}));
}

TEST(RingSet, SkipsDiscardedRecords) {
  FakeRing ring;
  ring.Add(1, 0, BPF_RINGBUF_DISCARD_BIT);
  ring.Add(2);
  ring.Add(3, 0, BPF_RINGBUF_DISCARD_BIT);
  std::vector<Ring> rings;
  rings.push_back(ring.Map());
  RingSet set(std::move(rings));
  EXPECT_EQ(Drain(set), (std::vector<uint64_t>{2}));
  EXPECT_EQ(ring.consumed(), *ring.produced());
}

TEST(RingSet, GoesRoundTheRingManyTimes) {
  FakeRing ring;
  std::vector<Ring> rings;
  rings.push_back(ring.Map());
  RingSet set(std::move(rings));
  // 64 bytes a record divide the ring, so no record crosses its end (the test's memory isn't mapped
  // twice, as the kernel's is).
  static_assert((sizeof(bench_event) + BPF_RINGBUF_HDR_SZ + 8) == 64);
  uint64_t expected = 0;
  for (uint64_t t = 1; t <= 5000; ++t) {
    ring.Add(t, 8);
    if (t % 100 != 0) continue;
    for (uint64_t seen : Drain(set)) EXPECT_EQ(seen, ++expected);
  }
  EXPECT_EQ(expected, 5000u);
}

}  // namespace
}  // namespace bench::sensor
