#include "controller/storage/ids.h"

#include <algorithm>
#include <memory>
#include <random>

#include "absl/strings/str_cat.h"

namespace bench {
namespace {

constexpr int kChanceBits = 20;
constexpr absl::Duration kTick = absl::Milliseconds(125);
// Without i, l, o and u, which people misread.
constexpr char kDigits[] = "0123456789abcdefghjkmnpqrstvwxyz";

std::string Base32(uint64_t value, int digits) {
  std::string text(static_cast<size_t>(digits), '0');
  for (int i = digits - 1; i >= 0; --i, value >>= 5)
    text[static_cast<size_t>(i)] = kDigits[value & 31];
  return text;
}

}  // namespace

std::string IdGenerator::Next(absl::string_view prefix, absl::Time now) {
  auto tick = static_cast<uint64_t>((now - absl::UnixEpoch()) / kTick);
  // The upper half of the chance is left for counting on within the tick.
  uint64_t chance = random_() & ((uint64_t{1} << (kChanceBits - 1)) - 1);
  last_ = std::max((tick << kChanceBits) | chance, last_ + 1);
  tick = last_ >> kChanceBits;
  absl::Time made = absl::UnixEpoch() + kTick * static_cast<int64_t>(tick);
  constexpr uint64_t kTicksPerDay = 24 * 3600 * 8;
  return absl::StrCat(prefix, "-", absl::FormatTime("%Y%m%d", made, absl::UTCTimeZone()), "-",
                      Base32(tick % kTicksPerDay, 4),
                      Base32(last_ & ((uint64_t{1} << kChanceBits) - 1), 4));
}

IdGenerator RandomIdGenerator() {
  auto device = std::make_shared<std::random_device>();
  return IdGenerator([device] { return (static_cast<uint64_t>((*device)()) << 32) | (*device)(); });
}

}  // namespace bench
